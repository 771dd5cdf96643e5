import { SystemClock, NO_CRASH_POINTS, option, validateOptions, type Clock, type CrashPoints } from '@minos/common';
import type { ConnectionOptions } from 'node:tls';
import type { Socket } from 'node:net';

export interface KafkaUser {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

/** Opens the connection to one node; calls `onConnect` when it stands. `ssl` is undefined where the connection is not encrypted. */
export type KafkaSocketFactory = (to: {
  readonly host: string;
  readonly port: number;
  readonly ssl?: ConnectionOptions;
  readonly onConnect: () => void;
}) => Socket;

/** How a {@link KafkaBroker} reaches its cluster. */
export interface KafkaBrokerOptions {
  /** `host:port` of some nodes of the cluster; the others are learnt from them. */
  readonly brokers: readonly string[];
  /** Shown in the logs of the cluster; quotas may go by it. @default 'minos' */
  readonly clientId?: string;
  /** Encrypts connections: `true`, or what `tls.connect` takes (`ca`, `cert`, `key`). @default false */
  readonly ssl?: boolean | ConnectionOptions;
  /** Who logs in. @default nobody */
  readonly sasl?: KafkaUser;
  /** Copies of each channel that is made. @default as many as there are nodes, at most 3 */
  readonly replicationFactor?: number;
  /** How batches are packed by the publisher. @default 'none' */
  readonly compression?: 'none' | 'gzip';
  /** How long a call waits for the cluster before `BROKER_UNAVAILABLE`, in milliseconds. @default 10000 */
  readonly timeoutMs?: number;
  /** How long opening a connection may take, in milliseconds. @default 3000 */
  readonly connectTimeoutMs?: number;
  /** Opens connections through a proxy, say. @default node:net and node:tls */
  readonly socketFactory?: KafkaSocketFactory;
  /** @default the clocks of the machine */
  readonly clock?: Clock;
  /** The seam of fault tests. @default none */
  readonly crashPoints?: CrashPoints;
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
const isFunction = (value: unknown): boolean => typeof value === 'function';
const isAddress = (value: unknown): boolean => typeof value === 'string' && /^[^\s:/,]+:\d{1,5}$/.test(value);

const FIELDS = {
  brokers: option.list(option.custom<string>('host:port, for example localhost:9092', isAddress)),
  clientId: option.string().default('minos'),
  ssl: option
    .custom<boolean | ConnectionOptions>('true, false or options of tls.connect', (v) => typeof v === 'boolean' || isObject(v))
    .default(false)
    .secret(),
  sasl: option.custom<KafkaUser>('mechanism (plain, scram-sha-256 or scram-sha-512), username and password', isUser).secret().optional(),
  replicationFactor: option.integer({ min: 1, max: 32_767 }).optional(),
  compression: option.oneOf('none', 'gzip').default('none'),
  timeoutMs: option.integer({ min: 500, max: 600_000 }).default(10_000),
  connectTimeoutMs: option.integer({ min: 50, max: 600_000 }).default(3_000),
  socketFactory: option.custom<KafkaSocketFactory>('a function that opens a socket', isFunction).optional(),
  clock: option.custom<Clock>('a Clock', isObject).optional(),
  crashPoints: option.custom<CrashPoints>('CrashPoints', isObject).optional(),
};

function isUser(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { mechanism, username, password } = value as Partial<Record<keyof KafkaUser, unknown>>;
  return (
    ['plain', 'scram-sha-256', 'scram-sha-512'].some((known) => known === mechanism) &&
    typeof username === 'string' &&
    typeof password === 'string'
  );
}

export type ResolvedKafkaOptions = KafkaBrokerOptions &
  Required<Pick<KafkaBrokerOptions, 'clientId' | 'ssl' | 'compression' | 'timeoutMs' | 'connectTimeoutMs' | 'clock' | 'crashPoints'>>;

/** Fills in the defaults; throws `OPTIONS_INVALID` naming all faults at once. */
export function resolveKafkaOptions(options: KafkaBrokerOptions): ResolvedKafkaOptions {
  const resolved = validateOptions('KafkaBroker', FIELDS, options);
  return { ...resolved, clock: resolved.clock ?? new SystemClock(), crashPoints: resolved.crashPoints ?? NO_CRASH_POINTS };
}
