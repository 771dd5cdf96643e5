import { availableParallelism } from 'node:os';
import { option, validateOptions } from '@minos/common';

export interface PasswordHasherOptions {
  /** Memory of one hash in KiB. @default 19456, with two passes the least that OWASP asks for; about 11 ms of one core */
  readonly memoryKiB?: number;
  /** Passes over the memory. @default 2 */
  readonly passes?: number;
  /** Hashes at once; each takes one of libuv's four threads and a core. @default the cores, at most 2 */
  readonly concurrency?: number;
  /** How many may wait; more are refused with `PASSWORDS_BUSY`. @default 64, about a second */
  readonly queue?: number;
}

const FIELDS = {
  memoryKiB: option.integer({ min: 19_456, max: 4_194_304 }).default(19_456),
  passes: option.integer({ min: 1, max: 100 }).default(2),
  concurrency: option.integer({ min: 1, max: 64 }).default(Math.min(2, availableParallelism())),
  queue: option.integer({ min: 1, max: 10_000 }).default(64),
};

/** Fills in the defaults; throws `OPTIONS_INVALID` naming all faults at once. */
export function resolvePasswordHasherOptions(options: PasswordHasherOptions) {
  return validateOptions('PasswordHasher', FIELDS, options);
}
