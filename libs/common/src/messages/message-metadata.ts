import type { StandardSchemaV1 } from '@standard-schema/spec';
import { defineMetadata, ownMetadata } from '../metadata/class-metadata.js';

/** A class of messages, whatever its constructor takes. */
export type MessageClass<T = unknown> = abstract new (...args: never[]) => T;

export type MessageKind = 'command' | 'query' | 'event';

/** A property that `@Personal` marks, with the property that holds the id of the person. */
export interface PersonalProperty {
  readonly property: string;
  readonly subject: string;
}

/** What the decorators wrote on a message class. */
export interface MessageMetadata {
  readonly kind: MessageKind;
  /** The durable name: what wires and stores carry. */
  readonly name: string;
  readonly version: number;
  /** The service that handles it; `undefined` for events and for what stays in the process. */
  readonly owner: string | undefined;
  /** The services that may send it besides its owner; `undefined`: any. */
  readonly senders: readonly string[] | undefined;
  /** Gives the partition key of a message; `undefined`: the default of the channel. */
  readonly key: ((message: object) => string) | undefined;
  readonly schema: StandardSchemaV1 | undefined;
  readonly personal: readonly PersonalProperty[];
  readonly target: MessageClass;
}

const MESSAGE = Symbol.for('@minos/message');
const PERSONAL = Symbol.for('@minos/personal');

/** What the decorator of exactly this class wrote; a subclass of a named message has no name until it gets its own. */
export function messageMetadataOf(target: object): MessageMetadata | undefined {
  return ownMetadata<MessageMetadata>(target, MESSAGE);
}

export function defineMessage(target: MessageClass, given: Omit<MessageMetadata, 'target' | 'personal'>): void {
  const metadata: MessageMetadata = { ...given, target, personal: personalPropertiesOf(target) };
  defineMetadata(target, MESSAGE, Object.freeze(metadata));
}

export function definePersonal(prototype: object, personal: PersonalProperty): void {
  const own = ownMetadata<readonly PersonalProperty[]>(prototype, PERSONAL) ?? [];
  defineMetadata(prototype, PERSONAL, [...own, Object.freeze(personal)]);
}

/** Of the class and the classes above it. */
function personalPropertiesOf(target: MessageClass): readonly PersonalProperty[] {
  const found: PersonalProperty[] = [];
  for (let prototype = target.prototype as object | null; prototype; prototype = Object.getPrototypeOf(prototype) as object | null) {
    found.push(...(ownMetadata<readonly PersonalProperty[]>(prototype, PERSONAL) ?? []));
  }
  return Object.freeze(found);
}
