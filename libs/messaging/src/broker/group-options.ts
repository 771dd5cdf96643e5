import { option, validateOptions } from '@minos/common';
import type { GroupListener, GroupOptions } from '../contracts/broker.js';

export type ResolvedGroupOptions = Required<GroupOptions>;

const isListener = (value: unknown): boolean =>
  ['assigned', 'revoked', 'messages'].every((name) => typeof (value as Record<string, unknown> | null)?.[name] === 'function');

const FIELDS = {
  group: option.string(),
  member: option.string(),
  channels: option.list(option.string()),
  listener: option.custom<GroupListener>('a GroupListener: assigned, revoked and messages', isListener),
  batchSize: option.integer({ min: 1, max: 10_000 }).default(500),
  revokeGraceMs: option.integer({ min: 0 }).default(5_000),
  sessionTimeoutMs: option.integer({ min: 100 }).default(10_000),
};

/** Fills in the defaults; throws `OPTIONS_INVALID`. */
export function resolveGroupOptions(options: GroupOptions): ResolvedGroupOptions {
  return validateOptions('Broker.join', FIELDS, options);
}
