import type { StandardSchemaV1 } from '@standard-schema/spec';
import { defineMessage, type MessageClass, type MessageKind } from './message-metadata.js';

/** Accepts classes whose messages have the property `K`. */
export type MessageDecorator<K extends string = never> = (target: MessageClass<Record<K, unknown>>) => void;

export interface EventOptions {
  /** Raised by every change but an added optional field. @default 1 */
  readonly version?: number;
  /**
   * Validates and decodes the data. With it a message may hold `Date`, `bigint`, `Map`, `Set` and class instances; see `encodeMessage` for
   * what they are on the wire. It must be synchronous.
   */
  readonly schema?: StandardSchemaV1;
}

export interface QueryOptions extends EventOptions {
  /** The service that answers it. @default it stays in the process */
  readonly owner?: string;
}

export interface CommandOptions<K extends string = never> extends QueryOptions {
  /**
   * Messages with one key are handled in the order in which they were sent: the name of a property, or a function of the command.
   * @default the saga or target id
   */
  readonly key?: K | ((command: never) => string);
}

export function messageDecorator<K extends string>(kind: MessageKind, name: string, options: CommandOptions<K> = {}): MessageDecorator<K> {
  const { version = 1, owner, schema } = options;
  return (target) => defineMessage(target, { kind, name, version, owner, schema, key: keyFunction(options.key) });
}

function keyFunction(key: string | ((command: never) => string) | undefined): ((message: object) => string) | undefined {
  if (key === undefined) return undefined;
  if (typeof key === 'function') return key as (message: object) => string;
  return (message) => String((message as Record<string, unknown>)[key]);
}
