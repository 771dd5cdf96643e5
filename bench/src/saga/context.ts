import type { Line } from '../messaging/line.js';
import type { Report } from '../report.js';
import type { BenchServer } from '../server.js';
import type { StatementCount } from './statement-count.js';
import type { TradingFloor } from './trading-floor.js';

export const IN_FLIGHT = 200;
/** Messages of a saga with three remote steps: three commands, three answers, and its start. */
export const HOPS = 7;

export interface Sizes {
  readonly rounds: number;
  readonly seconds: number;
  /** Sagas one after the other. */
  readonly alone: number;
  readonly hopSeconds: number;
  /** For how long the services are watched doing nothing. */
  readonly idleSeconds: number;
  readonly waiting: number;
}

/** What every part of the bench works with. */
export interface SagaBench {
  readonly report: Report;
  readonly server: BenchServer;
  readonly floor: TradingFloor;
  /** `undefined` where there is no Kafka; its rows are then left out. */
  readonly kafkaFloor: TradingFloor | undefined;
  /** Plain messages between two other services. */
  readonly line: Line;
  readonly count: StatementCount;
  readonly sizes: Sizes;
}
