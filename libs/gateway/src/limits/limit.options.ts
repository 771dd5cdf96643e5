import { option } from '@minos/common';

/** How much one client, or all of them, may ask for. */
export interface LimitOptions {
  /** Bytes of a body: 413. @default 10 MiB */
  readonly body?: number;
  /** Up to so many bytes a body is read whole before it goes on: it can be sent again, and a slow client holds no connection of a service. @default 64 KiB */
  readonly heldBody?: number;
  /** Larger bodies, and those of unknown length, that may be on their way at a time: each takes a place at an instance for as long as its client likes, so they must not be able to take them all. 503 @default 250 */
  readonly uploads?: number;
  /** Of these from one address. @default 32 */
  readonly uploadsPerAddress?: number;
  /** Requests of one address that may run at a time, event streams and WebSockets among them: 429. @default half of `balancing.pendingPerInstance` */
  readonly requestsPerAddress?: number;
  /** Requests of one principal that may run at a time, over all its addresses: 429. @default half of `balancing.pendingPerInstance` */
  readonly requestsPerPrincipal?: number;
  /** Characters of path and query: 414. @default 8192 */
  readonly target?: number;
  /** Bytes of all headers: 431. @default 16 KiB */
  readonly headerBytes?: number;
  /** Number of headers: 431. @default 100 */
  readonly headers?: number;
  /** Open connections. @default 20000 */
  readonly connections?: number;
  /** Open connections of one address; those of trusted proxies do not count. @default 2000 */
  readonly connectionsPerAddress?: number;
}

export const LIMIT_FIELDS = {
  body: option.integer({ min: 0 }).default(10 * 1024 * 1024),
  heldBody: option.integer({ min: 0, max: 16 * 1024 * 1024 }).default(64 * 1024),
  uploads: option.integer({ min: 1 }).default(250),
  uploadsPerAddress: option.integer({ min: 1 }).default(32),
  requestsPerAddress: option.integer({ min: 1 }).optional(),
  requestsPerPrincipal: option.integer({ min: 1 }).optional(),
  target: option.integer({ min: 1, max: 65_536 }).default(8_192),
  headerBytes: option.integer({ min: 1_024, max: 1024 * 1024 }).default(16 * 1024),
  headers: option.integer({ min: 1, max: 10_000 }).default(100),
  connections: option.integer({ min: 1 }).default(20_000),
  connectionsPerAddress: option.integer({ min: 1 }).default(2_000),
};
