import { option, validateOptions, type Clock, type CrashPoints, type Duration, type Leases } from '@minos/common';
import type { Broker } from '../contracts/broker.js';
import type { OutboxStore } from '../contracts/outbox-store.js';

/** What an `OutboxRelay` works with. */
export interface RelayPorts {
  readonly store: OutboxStore;
  readonly broker: Pick<Broker, 'publish'>;
  /** Of the store's own database: they fence what the relay forgets. */
  readonly leases: Leases;
  readonly clock: Clock;
  readonly crashPoints?: CrashPoints;
}

export interface OutboxRelayOptions {
  /** Messages in one publish at the most. @default 500 */
  readonly batchSize?: number;
  /** How long a lease lasts without being renewed: how late another process takes over from a killed one. @default '10s' */
  readonly lease?: Duration;
  readonly poll?: {
    /** Until it looks again where it found a message of which nobody gave a hint; it grows while there are none. @default '50ms' */
    readonly first?: Duration;
    /** How late a message leaves at the most of which nobody gave a hint. @default '1s' */
    readonly longest?: Duration;
  };
  readonly retry?: {
    /** Pause before the second try while the broker or the database is away; doubles with each, jittered. @default '50ms' */
    readonly first?: Duration;
    /** Longest pause; also between tries of a channel that does not exist. @default '5s' */
    readonly longest?: Duration;
  };
  /** Waiting messages without any progress for so long are reported as stalled. @default '30s' */
  readonly stallAfter?: Duration;
  /** Names this relay in its leases; unique among the living. @default a name made from host, process and chance */
  readonly holder?: string;
}

const FIELDS = {
  batchSize: option.integer({ min: 1, max: 10_000 }).default(500),
  lease: option.duration({ min: 100 }).default('10s'),
  poll: {
    first: option.duration({ min: 1 }).default('50ms'),
    longest: option.duration({ min: 1 }).default('1s'),
  },
  retry: {
    first: option.duration({ min: 1 }).default('50ms'),
    longest: option.duration({ min: 1 }).default('5s'),
  },
  stallAfter: option.duration({ min: 1 }).default('30s'),
  holder: option.string().optional(),
};

export type ResolvedRelayOptions = ReturnType<typeof resolveRelayOptions>;

/** Fills in the defaults, durations in milliseconds; throws `OPTIONS_INVALID` naming all faults at once. */
export function resolveRelayOptions(options: OutboxRelayOptions = {}) {
  return validateOptions('OutboxRelay', FIELDS, options);
}
