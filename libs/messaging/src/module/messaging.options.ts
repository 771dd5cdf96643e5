import { type Duration, durationOf, type MessageClass, option, OptionField, type ResolvedOptions, validateOptions } from '@minos/common';
import type { ConsumerPipelineOptions } from '../consumer/consumer.options.js';
import type { KafkaBrokerOptions } from '../kafka/kafka-broker.options.js';
import { MemoryLog } from '../memory/broker/memory-log.js';
import type { MessagingHealthOptions } from '../health/messaging-watch.options.js';
import type { InboxPurgeOptions } from '../inbox/inbox-purge.options.js';
import type { MessageHandlerInvokerOptions } from '../nest/message-handler-invoker.js';
import type { RequestsOptions } from '../request/requests.options.js';
import type { CronRunnerOptions } from '../schedule/cron-runner.options.js';
import type { ScheduleRunnerOptions } from '../schedule/schedule-runner.options.js';
import type { TrustOptions } from '../trust/trust.options.js';
import type { OutboxRelayOptions } from '../relay/outbox-relay.options.js';

/** Which broker the service talks through. */
export interface BrokerChoice {
  /** @default 'memory' */
  readonly kind?: 'memory' | 'postgres' | 'kafka';
  /** PostgreSQL: the URL of the broker's own database, which exists. */
  readonly url?: string;
  /** PostgreSQL: connections of this process at the most. @default 5 */
  readonly connections?: number;
  /** PostgreSQL: whether its schema is brought up to date, checked or left alone. @default 'check' in production, else 'apply' */
  readonly migrations?: 'apply' | 'check' | 'off';
  /** Kafka: how the cluster is reached. */
  readonly kafka?: KafkaBrokerOptions;
  /** Memory: applications of one process that share a log hear each other. @default a log of its own */
  readonly log?: MemoryLog;
  /** Put before the names of channels and groups, so that several systems share a server: `staging` makes `staging.order.events`. @default nothing */
  readonly namespace?: string;
}

export interface ChannelChoice {
  /** Partitions of each channel of this service; fixed when the channel is made. @default 12 */
  readonly partitions?: number;
  /** How long the broker keeps messages; `'forever'` keeps them. @default '7d' */
  readonly retention?: Duration | 'forever';
}

/** Keys and owners, and whether the service may do without keys. */
export interface TrustChoice extends TrustOptions {
  /** Production refuses to start without keys unless this is set. @default false */
  readonly unsigned?: boolean;
}

/** What every consumer of the service has in common. */
export type ConsumerChoice = Pick<
  ConsumerPipelineOptions,
  'concurrency' | 'window' | 'deadline' | 'retry' | 'parking' | 'suspectTries' | 'revokeGrace' | 'session' | 'from'
>;

/** What stands around message handlers. */
export interface HandlerChoice {
  /** Spans and `traceparent`. @default true */
  readonly tracing?: boolean;
  /** Whether class-validator's rules on message classes hold; their schemas always do. @default true */
  readonly validation?: boolean;
  /** Which of the application's global enhancers stand around message handlers too; most are written for HTTP. @default false */
  readonly globalEnhancers?: MessageHandlerInvokerOptions['globalEnhancers'];
}

/** How a service sends and handles messages. */
export interface MessagingModuleOptions {
  /** Durable name of the service: owner of its commands, first part of its channels' names. */
  readonly service: string;
  readonly broker?: BrokerChoice;
  /** Keys that sign and verify messages, and who may publish which name. @default keys of MINOS_SIGNING_KEYS, else, outside production, keys that everybody knows */
  readonly trust?: TrustChoice;
  /** Messages that are sent, where no feature and no handler names them. @default none */
  readonly messages?: readonly MessageClass[];
  readonly channels?: ChannelChoice;
  readonly consumers?: ConsumerChoice;
  readonly handlers?: HandlerChoice;
  readonly relay?: OutboxRelayOptions;
  readonly requests?: Omit<RequestsOptions, 'service'>;
  readonly schedules?: ScheduleRunnerOptions;
  readonly crons?: CronRunnerOptions;
  /** How long the inbox keeps its marks. */
  readonly inbox?: InboxPurgeOptions;
  readonly health?: MessagingHealthOptions;
  /** Bytes of a message at the most, headers included. @default 1000000 */
  readonly maxMessageBytes?: number;
  /** Names the release in parked messages. @default '' */
  readonly codeVersion?: string;
  /** Whether consumers and relay run in this process; without them it can send, and others publish it. @default true */
  readonly run?: boolean;
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
const isEnhancers = (value: unknown): boolean => typeof value === 'boolean' || Array.isArray(value);
const isNamespace = (value: unknown): boolean => typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(value);
/** Read by the consumers and the relay, which name their own options. */
const passedOn = <T>(what: string) => option.custom<T>(`options of ${what}`, isObject).default({});

/** In milliseconds, or for ever. */
const retention = new OptionField<number | 'forever'>((value) => {
  const taken = value === 'forever' ? value : durationOf(value);
  return taken === undefined ? { expected: "a duration such as '7d', milliseconds, or 'forever'" } : { value: taken };
}).default('7d');

const fields = (production: boolean) => ({
  service: option.string(),
  broker: {
    kind: option.oneOf('memory', 'postgres', 'kafka').default('memory'),
    url: option.string().secret().optional(),
    connections: option.integer({ min: 2 }).default(5),
    migrations: option.oneOf('apply', 'check', 'off').default(production ? 'check' : 'apply'),
    kafka: option.custom<KafkaBrokerOptions>('options of KafkaBroker', isObject).secret().optional(),
    log: option.custom<MemoryLog>('a MemoryLog', (value) => value instanceof MemoryLog).optional(),
    namespace: option.custom<string>('letters, digits, hyphens and underscores, at most 64', isNamespace).optional(),
  },
  messages: option.list(option.custom<MessageClass>('a message class', (value) => typeof value === 'function')).default([]),
  channels: { partitions: option.integer({ min: 1, max: 10_000 }).default(12), retention },
  trust: option.custom<TrustChoice>('options of trust', isObject).secret().default({}),
  consumers: passedOn<ConsumerChoice>('ConsumerPipeline'),
  handlers: {
    tracing: option.boolean().default(true),
    validation: option.boolean().default(true),
    globalEnhancers: option
      .custom<NonNullable<MessageHandlerInvokerOptions['globalEnhancers']>>('true, false or a list of kinds of enhancers', isEnhancers)
      .default(false),
  },
  relay: passedOn<OutboxRelayOptions>('OutboxRelay'),
  requests: passedOn<Omit<RequestsOptions, 'service'>>('Requests'),
  schedules: passedOn<ScheduleRunnerOptions>('ScheduleRunner'),
  crons: passedOn<CronRunnerOptions>('CronRunner'),
  inbox: passedOn<InboxPurgeOptions>('InboxPurge'),
  health: passedOn<MessagingHealthOptions>('MessagingWatch'),
  maxMessageBytes: option.integer({ min: 1 }).default(1_000_000),
  codeVersion: option.string().optional(),
  run: option.boolean().default(true),
});

export type MessagingSettings = ResolvedOptions<ReturnType<typeof fields>>;

/** Fills in the defaults; throws `OPTIONS_INVALID` with all faults at once. */
export function resolveMessagingOptions(
  given: MessagingModuleOptions,
  production = process.env['NODE_ENV'] === 'production',
): MessagingSettings {
  return validateOptions('MessagingModule.forRoot', fields(production), given);
}
