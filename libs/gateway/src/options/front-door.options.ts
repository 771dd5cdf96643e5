import { option, OptionField, type OptionOutcome, type ResolvedOptions } from '@minos/common';
import type { AccessListener } from '../access-log/access-entry.js';
import { type CompressionOptions, COMPRESSION_FIELDS } from '../compression/compression.options.js';
import { type CorsOptions, CORS_FIELDS } from '../cors/cors.options.js';
import { CookieNames } from '../headers/cookies.js';
import { TrustedProxies } from '../request/trusted-proxies.js';
import { type LimitOptions, LIMIT_FIELDS } from '../limits/limit.options.js';
import { type TimeOptions, TIME_FIELDS } from './time.options.js';

/** What requests meet at the front door. */
export interface FrontDoorOptions {
  /** Durable name of the gateway. @default 'gateway' */
  readonly service?: string;
  /** Paths that the application answers itself, each with all below it. @default /health, /metrics, /docs, /minos */
  readonly ownPaths?: readonly string[];
  /** Networks (CIDR) of the proxies in front of us that may say who is behind them. @default none: the address is that of the connection */
  readonly trustedProxies?: readonly string[];
  /** Names of the cookies that services get, with `*` at the end all that begin so; `all` for all. @default none: what a browser sends along is not meant for every service */
  readonly cookies?: readonly string[] | 'all';
  /** Whether event streams and WebSockets end when the token of their caller does, and every answer on its way when the caller is logged out or disabled. @default true */
  readonly endWithToken?: boolean;
  readonly limits?: LimitOptions;
  readonly times?: TimeOptions;
  /** @default no other origin may */
  readonly cors?: CorsOptions;
  /** @default answers go on as they are */
  readonly compression?: CompressionOptions;
  /** How often one request is sent at the most. @default 3 */
  readonly tries?: number;
  /** Whether each request is logged when it is over, as one line; or who gets it. @default true */
  readonly accessLog?: boolean | AccessListener;
}

const isAccessLog = (value: unknown): boolean => typeof value === 'boolean' || typeof value === 'function';

export const FRONT_DOOR_FIELDS = {
  service: option.string().default('gateway'),
  ownPaths: new OptionField(takeOwnPaths).default(['/health', '/metrics', '/docs', '/minos']),
  trustedProxies: new OptionField(takeProxies).default([]),
  cookies: new OptionField(takeCookies).default([]),
  endWithToken: option.boolean().default(true),
  limits: LIMIT_FIELDS,
  times: TIME_FIELDS,
  cors: CORS_FIELDS,
  compression: COMPRESSION_FIELDS,
  tries: option.integer({ min: 1, max: 10 }).default(3),
  accessLog: option.custom<boolean | AccessListener>('true, false or a function', isAccessLog).default(true),
};

/** Durations in milliseconds. */
export type FrontDoorSettings = ResolvedOptions<typeof FRONT_DOOR_FIELDS>;

function takeOwnPaths(value: unknown): OptionOutcome<readonly string[]> {
  const fits = Array.isArray(value) && value.every((path) => typeof path === 'string' && /^(\/[\w.-]+)+$/.test(path));
  return fits ? { value: value as string[] } : { expected: "a list of paths such as '/health', without a slash at their end" };
}

function takeProxies(value: unknown, path: string): OptionOutcome<TrustedProxies> {
  if (!Array.isArray(value) || !value.every((network) => typeof network === 'string')) return { expected: 'a list of networks' };
  try {
    return { value: new TrustedProxies(value) };
  } catch (error) {
    return { faults: [{ path, message: (error as Error).message }] };
  }
}

/** Whole, or how it begins. */
const COOKIE_NAME = /^[^*]+\*?$/;

function takeCookies(value: unknown): OptionOutcome<CookieNames | 'all'> {
  if (value === 'all') return { value };
  const fits = Array.isArray(value) && value.every((name) => typeof name === 'string' && COOKIE_NAME.test(name));
  return fits
    ? { value: new CookieNames(value as string[]) }
    : { expected: "a list of names of cookies, with * at the end at the most, or 'all'" };
}
