import { option, validateOptions, type Clock, type Duration } from '@minos/common';
import type { ConsumerStatus } from '../consumer/consumer-status.js';
import type { Broker } from '../contracts/broker.js';
import type { RelayProgress } from '../relay/outbox-relay.js';
import type { RequestsStatus } from '../request/requests.js';
import type { ScheduleRunnerStatus } from '../schedule/schedule-runner.js';

/** What is watched of a `ConsumerPipeline`. */
export interface WatchedConsumer {
  readonly consumer: string;
  readonly channels: readonly string[];
  status(): ConsumerStatus;
}

export interface MessagingWatchPorts {
  readonly broker: Pick<Broker, 'lag' | 'describe'>;
  readonly clock: Clock;
  /** Asked anew each time, so that consumers may be added. */
  readonly consumers: () => Iterable<WatchedConsumer>;
  /** Missing where the service sends nothing. */
  readonly relay?: { progress(): Promise<RelayProgress> };
  /** Missing where nothing is scheduled. */
  readonly schedules?: { status(): Promise<ScheduleRunnerStatus> };
  /** Missing where nobody can be asked. */
  readonly requests?: { status(): RequestsStatus };
}

export interface MessagingHealthOptions {
  /**
   * Work that waits without any progress for so long is a stall. A consumer whose handlers state a longer deadline of their own is given that long.
   * @default '10s'
   */
  readonly stallAfter?: Duration;
  /** How often the broker and the outbox are asked what waits. @default '5s' */
  readonly every?: Duration;
  /** How long they may take to answer. @default '3s' */
  readonly answer?: Duration;
  /**
   * Whether the service is ready while the broker cannot be reached: nothing is lost, commands over HTTP are accepted, what they send waits in the outbox.
   * `'not-ready'` is for services that do nothing but consume. @default 'ready'
   */
  readonly brokerAway?: 'ready' | 'not-ready';
}

const FIELDS = {
  stallAfter: option.duration({ min: 1_000 }).default('10s'),
  every: option.duration({ min: 100 }).default('5s'),
  answer: option.duration({ min: 10 }).default('3s'),
  brokerAway: option.oneOf('ready', 'not-ready').default('ready'),
};

export type MessagingHealthSettings = ReturnType<typeof resolveMessagingHealthOptions>;

/** Fills in the defaults, durations in milliseconds; throws `OPTIONS_INVALID` naming all faults at once. */
export function resolveMessagingHealthOptions(options: MessagingHealthOptions = {}) {
  return validateOptions('MessagingWatch', FIELDS, options);
}
