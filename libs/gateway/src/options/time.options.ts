import { type Duration, option } from '@minos/common';

/** How long things may take. */
export interface TimeOptions {
  /** Until the head of the answer is there, with all tries and the time that the body takes to arrive: 504, or 408 where the body is what is missing. A route may say otherwise. @default '30s' */
  readonly request?: Duration;
  /** Until the head of a request is there. @default '10s' */
  readonly head?: Duration;
  /** How long a body may stand still, in either direction. An event stream may be silent for ever. @default '60s' */
  readonly idle?: Duration;
  /** How long a client's connection is kept without a request: more than the load balancer in front keeps it. @default '65s' */
  readonly keepAlive?: Duration;
  /** Until a service takes a connection. @default '2s' */
  readonly connect?: Duration;
  /** How long a connection to a service is kept without a request: less than the service keeps it. @default '4s' */
  readonly upstreamKeepAlive?: Duration;
  /** How long a WebSocket may be silent in both directions. @default '5m' */
  readonly webSocketIdle?: Duration;
  /** At the end of the process, for what still runs. @default '10s' */
  readonly drain?: Duration;
}

export const TIME_FIELDS = {
  request: option.duration({ min: 1 }).default('30s'),
  head: option.duration({ min: 100 }).default('10s'),
  idle: option.duration({ min: 100 }).default('60s'),
  keepAlive: option.duration({ min: 1 }).default('65s'),
  connect: option.duration({ min: 1 }).default('2s'),
  upstreamKeepAlive: option.duration({ min: 1 }).default('4s'),
  webSocketIdle: option.duration({ min: 100 }).default('5m'),
  drain: option.duration().default('10s'),
};
