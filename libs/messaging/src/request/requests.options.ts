import { option, validateOptions, type Clock, type Duration, type Leases, type MessageRegistry, type UnitOfWork } from '@minos/common';
import type { Broker } from '../contracts/broker.js';
import type { MessageTrust } from '../contracts/message-trust.js';
import type { AskedOwners } from '../trust/asked-owners.js';
import type { Outbox } from '../outbox/outbox.js';

/** What `Requests` work with. Outbox, unit of work and leases are those of the service's own database. */
export interface RequestPorts {
  readonly broker: Pick<Broker, 'ensureChannels' | 'partitionOf' | 'describe' | 'follow'>;
  readonly outbox: Outbox;
  readonly unitOfWork: UnitOfWork;
  readonly leases: Leases;
  readonly registry: MessageRegistry;
  readonly clock: Clock;
  /** A reply that it refuses is left alone and counted. @default every reply is believed */
  readonly trust?: MessageTrust;
  /** Told who may answer a command whose class is not known. @default nobody */
  readonly owners?: AskedOwners;
}

export interface RequestsOptions {
  /** Durable name of this service: it asks, and its replies come over its channel of replies. */
  readonly service: string;
  /** How long a request waits for its reply. @default '30s' */
  readonly timeout?: Duration;
  /** Of the channel of replies: so many instances can ask. Fixed when the channel is made. @default 12 */
  readonly partitions?: number;
  /** How long the channel of replies keeps them. @default '1h' */
  readonly retention?: Duration;
  /** How long the lease on a partition lasts without being renewed. @default '10s' */
  readonly lease?: Duration;
  /** A partition of which the broker says nothing for so long is given up for another one. @default '15s' */
  readonly silence?: Duration;
  /** Names this instance in its lease; unique among the living. @default a name made from host, process and chance */
  readonly instance?: string;
}

const FIELDS = {
  service: option.string(),
  timeout: option.duration({ min: 1 }).default('30s'),
  partitions: option.integer({ min: 1, max: 10_000 }).default(12),
  retention: option.duration({ min: 1 }).default('1h'),
  lease: option.duration({ min: 100 }).default('10s'),
  silence: option.duration({ min: 1 }).default('15s'),
  instance: option.string().optional(),
};

export type RequestsSettings = ReturnType<typeof resolveRequestsOptions>;

/** Fills in the defaults, durations in milliseconds; throws `OPTIONS_INVALID` naming all faults at once. */
export function resolveRequestsOptions(options: RequestsOptions) {
  return validateOptions('Requests', FIELDS, options);
}
