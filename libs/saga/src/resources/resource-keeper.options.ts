import { type Clock, type Duration, option, validateOptions } from '@minos/common';
import type { ResourceStore } from '../contracts/resource-store.js';

export interface ResourceKeeperOptions {
  /** How late a resource at the most is given on whose lease is over, where this process has not heard that somebody waits for it. @default '5s' */
  readonly poll?: Duration;
  /** Resources that are given on at once at the most. @default 100 */
  readonly batchSize?: number;
  /** How long it is remembered what was confirmed, or cancelled before it came: as long as the inbox keeps its marks. @default '8d' */
  readonly retention?: Duration;
  /** Pause between two runs that forget. @default '10m' */
  readonly purgeEvery?: Duration;
}

export interface ResourceKeeperPorts {
  readonly store: Pick<ResourceStore, 'grantDue' | 'purgeResources'>;
  readonly clock: Clock;
  /** Answers may be due now. It may not throw. */
  readonly onGranted?: () => void;
  /** Hears of what is tried again. @default nobody */
  readonly onTrouble?: (error: unknown) => void;
}

const FIELDS = {
  poll: option.duration({ min: 1 }).default('5s'),
  batchSize: option.integer({ min: 1, max: 1_000 }).default(100),
  retention: option.duration({ min: 1 }).default('8d'),
  purgeEvery: option.duration({ min: 1 }).default('10m'),
};

/** Durations in milliseconds. Throws `OPTIONS_INVALID` naming all faults at once. */
export function resolveResourceKeeperOptions(options: ResourceKeeperOptions) {
  return validateOptions('ResourceKeeper', FIELDS, options);
}
