import {
  DEFAULT_PAYLOAD_LIMITS,
  option,
  validateOptions,
  type CodecOptions,
  type MessageRegistry,
  type PersonalDataCipher,
} from '@minos/common';
import type { Upcasters } from '../upcasting/upcasters.js';

export interface EventSerializerOptions extends CodecOptions {
  /** The events of the application; those of aggregates are registered when their repository is made. */
  readonly registry: MessageRegistry;
  /** @default none: every stored event has the shape of a known class */
  readonly upcasters?: Upcasters;
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

const FIELDS = {
  registry: option.custom<MessageRegistry>('a MessageRegistry', isObject),
  upcasters: option.custom<Upcasters>('Upcasters', isObject).optional(),
  limits: {
    bytes: option.integer({ min: 1 }).default(DEFAULT_PAYLOAD_LIMITS.bytes),
    depth: option.integer({ min: 1, max: 1_000 }).default(DEFAULT_PAYLOAD_LIMITS.depth),
  },
  cipher: option.custom<PersonalDataCipher>('a PersonalDataCipher', isObject).optional(),
};

/** Fills in the defaults; throws `OPTIONS_INVALID` naming all faults at once. */
export function resolveSerializerOptions(options: EventSerializerOptions): EventSerializerOptions {
  return validateOptions('EventSerializer', FIELDS, options);
}
