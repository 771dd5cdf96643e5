import { option, validateOptions } from '@minos/common';
import type { ChannelDefinition } from '../contracts/broker.js';

const DAY_MS = 24 * 3_600_000;

export type ResolvedChannel = Required<ChannelDefinition>;

const isRetention = (value: unknown): boolean =>
  value === 'forever' || (typeof value === 'number' && Number.isSafeInteger(value) && value > 0);

const FIELDS = {
  name: option.string(),
  partitions: option.integer({ min: 1, max: 10_000 }).default(12),
  retentionMs: option.custom<number | 'forever'>("milliseconds from 1, or 'forever'", isRetention).default(7 * DAY_MS),
};

/** Fills in the defaults; throws `OPTIONS_INVALID`. */
export function resolveChannel(definition: ChannelDefinition): ResolvedChannel {
  return validateOptions(`The channel "${definition.name}"`, FIELDS, definition);
}
