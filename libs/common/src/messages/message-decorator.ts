import type { StandardSchemaV1 } from '@standard-schema/spec';
import { defineMessage, type MessageClass, type MessageKind } from './message-metadata.js';

/** Accepts classes whose messages are `M`. */
export type MessageDecorator<M = unknown> = (target: MessageClass<M>) => void;

/** Gives the key of a command. */
export type KeyFunction = (command: never) => string;

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

/** `K`: the name of a property, or a function of the command. */
export interface CommandOptions<K extends string | KeyFunction = string> extends QueryOptions {
  /**
   * Commands with one key are handled in the order in which they were sent.
   * @default the saga or target id
   */
  readonly key?: K;
  /** The services that may send it, besides its owner; a consumer refuses it from others (`PRODUCER_NOT_OWNER`). @default every service whose messages are believed */
  readonly senders?: readonly string[];
}

export function messageDecorator(kind: MessageKind, name: string, options: CommandOptions<string | KeyFunction> = {}): MessageDecorator {
  const { version = 1, owner, schema, senders } = options;
  return (target) =>
    defineMessage(target, {
      kind,
      name,
      version,
      owner,
      schema,
      senders: senders && Object.freeze([...senders]),
      key: keyFunction(options.key),
    });
}

function keyFunction(key: string | KeyFunction | undefined): ((message: object) => string) | undefined {
  if (key === undefined) return undefined;
  if (typeof key === 'function') return key as (message: object) => string;
  return (message) => String((message as Record<string, unknown>)[key]);
}
