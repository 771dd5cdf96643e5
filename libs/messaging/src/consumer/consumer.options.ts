import { option, validateOptions, type Clock, type Duration, type Envelope, type Unit, type UnitOfWork } from '@minos/common';
import type { Broker, StoredMessage } from '../contracts/broker.js';
import type { InboxStore } from '../contracts/inbox-store.js';
import type { MessageTrust } from '../contracts/message-trust.js';
import type { MessageHandler } from '../contracts/message-handler.js';
import type { MessageObserver } from '../contracts/message-observer.js';
import type { ParkedStore } from '../contracts/parked-store.js';
import type { SuspectStore } from '../contracts/suspect-store.js';

/** What a consumer stands on. The unit of work commits to the database of the stores, which has the writers of their changes. */
export interface ConsumerPorts {
  readonly broker: Broker;
  readonly inbox: InboxStore;
  readonly suspects: SuspectStore;
  readonly parked: ParkedStore;
  readonly unitOfWork: UnitOfWork;
  readonly clock: Clock;
  /** Asked before a message comes near a handler. @default every message is believed, and none has a principal */
  readonly trust?: MessageTrust;
}

export interface ConsumerChannel {
  readonly name: string;
  /** On an event channel a type without a handler is passed over and counted, on a command channel it parks its key. @default 'event' */
  readonly kind?: 'event' | 'command';
}

/** Why a message is not handled now. */
export interface ParkNotice {
  readonly stored: StoredMessage;
  /** Missing where it cannot be read. */
  readonly envelope?: Envelope;
  /** `KEY_PARKED` where it only stands behind one that could not be handled. */
  readonly code: string;
}

export interface ConsumerRetry {
  /** Tries of one message before it parks its key. @default 3 */
  readonly attempts?: number;
  /** Pause before the second try; doubles with each, jittered. @default '100ms' */
  readonly first?: Duration;
  /** Longest pause. @default '10s' */
  readonly longest?: Duration;
  /** Time that tries and pauses of one message may take in all; no further try begins after it. @default '60s' */
  readonly budget?: Duration;
}

export interface ConsumerParking {
  /** Parked messages of one key at the most. @default 1000 */
  readonly perKey?: number;
  /** Parked messages of the consumer at the most. @default 100000 */
  readonly perConsumer?: number;
  /** How often the owner of a partition looks for what operators ask, while something of it is parked. @default '500ms' */
  readonly look?: Duration;
  /** Parked keys are retried by themselves so long after their last failure. @default never */
  readonly retryAfter?: Duration;
  /** Called in the unit that parks a message: the place to enlist an answer to whoever waits for one. */
  readonly answer?: (notice: ParkNotice, unit: Unit) => void;
}

export interface ConsumerPipelineOptions {
  /** Durable: names the group, the positions and the marks. */
  readonly consumer: string;
  readonly channels: readonly ConsumerChannel[];
  /** By type of message. */
  readonly handlers: ReadonlyMap<string, MessageHandler>;
  /** Names this process among the members. @default a name made from host, process id and chance */
  readonly member?: string;
  /** Where it begins on a partition that it never had a position on. @default 'beginning' */
  readonly from?: 'beginning' | 'end';
  /** Messages in handling at the same time; those of one key never are. */
  readonly concurrency?: {
    /** @default 100 */
    readonly perPartition?: number;
    /** @default 256 */
    readonly total?: number;
  };
  /** Messages of a partition that are taken but not passed by the position, at the most: so many a slow key can hold up. @default 1000 */
  readonly window?: number;
  /** How long one try may take. @default '30s' */
  readonly deadline?: Duration;
  readonly retry?: ConsumerRetry;
  readonly parking?: ConsumerParking;
  /** Tries of a message that the process may have died of before it is parked. @default 3 */
  readonly suspectTries?: number;
  /** How long a process that is not heard of keeps its partitions: how late another takes over from one that was killed. @default '10s' */
  readonly session?: Duration;
  /** How long giving a partition back waits for what is in handling. @default '5s' */
  readonly revokeGrace?: Duration;
  /** Names the release in parked messages. @default '' */
  readonly codeVersion?: string;
  /** Hears what becomes of each message. @default nobody */
  readonly observer?: MessageObserver;
}

const isMap = (value: unknown): boolean => value instanceof Map;
const isFunction = (value: unknown): boolean => typeof value === 'function';
const isObserver = (value: unknown): boolean => isFunction((value as Partial<MessageObserver> | null)?.observe);

const isChannel = (value: unknown): boolean => {
  const { name, kind = 'event' } = (value ?? {}) as Partial<ConsumerChannel>;
  return typeof name === 'string' && name !== '' && ['event', 'command'].includes(kind);
};

const FIELDS = {
  consumer: option.string(),
  channels: option.list(option.custom<ConsumerChannel>("{ name, kind?: 'event' | 'command' }", isChannel)),
  handlers: option.custom<ReadonlyMap<string, MessageHandler>>('a Map of handlers by type', isMap),
  member: option.string().optional(),
  from: option.oneOf('beginning', 'end').default('beginning'),
  concurrency: {
    perPartition: option.integer({ min: 1 }).default(100),
    total: option.integer({ min: 1 }).default(256),
  },
  window: option.integer({ min: 5, max: 100_000 }).default(1_000),
  deadline: option.duration({ min: 1 }).default('30s'),
  retry: {
    attempts: option.integer({ min: 1 }).default(3),
    first: option.duration({ min: 1 }).default('100ms'),
    longest: option.duration({ min: 1 }).default('10s'),
    budget: option.duration({ min: 1 }).default('60s'),
  },
  parking: {
    perKey: option.integer({ min: 1 }).default(1_000),
    perConsumer: option.integer({ min: 1 }).default(100_000),
    look: option.duration({ min: 1 }).default('500ms'),
    retryAfter: option.duration({ min: 1 }).optional(),
    answer: option.custom<(notice: ParkNotice, unit: Unit) => void>('a function', isFunction).optional(),
  },
  suspectTries: option.integer({ min: 1 }).default(3),
  session: option.duration({ min: 500 }).default('10s'),
  revokeGrace: option.duration({ min: 0 }).default('5s'),
  codeVersion: option.string().optional(),
  observer: option.custom<MessageObserver>('an object with a method observe', isObserver).optional(),
};

export type ConsumerSettings = ReturnType<typeof resolveConsumerOptions>;

/** Fills in the defaults, durations in milliseconds; throws `OPTIONS_INVALID` naming all faults at once. */
export function resolveConsumerOptions(options: ConsumerPipelineOptions) {
  return validateOptions('ConsumerPipeline', FIELDS, options);
}

/** Messages of one delivery at the most. */
export function batchSizeOf({ window }: Pick<ConsumerSettings, 'window'>): number {
  return Math.max(1, Math.floor(window / 5));
}
