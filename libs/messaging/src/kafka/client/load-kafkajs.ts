import { createRequire } from 'node:module';
import { KafkaPackageMissingError } from './kafka.errors.js';
import type { KafkaJs } from './wire.js';

interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
}

interface RequestQueueClass {
  readonly prototype: RequestQueue & { scheduleCheckPendingRequests?: () => void };
}

const CURED = Symbol.for('@minos/messaging/kafkajs-cured');

/** Loads the optional peer at the moment of need. */
export function loadKafkaJs(): KafkaJs {
  const kafkajs = load();
  cureIdleLoop();
  return kafkajs;
}

function load(): KafkaJs {
  try {
    return require('kafkajs') as KafkaJs;
  } catch (cause) {
    throw new KafkaPackageMissingError(cause);
  }
}

/**
 * kafkajs 2.2.4 sets a timer again and again while a connection idles (tulios/kafkajs#1751): 1,640 a second for each. Nothing is pending then, and
 * whatever comes later looks for itself. Done once for each copy of the package.
 */
function cureIdleLoop(): void {
  const queue = requestQueue();
  const check = queue?.prototype.scheduleCheckPendingRequests;
  if (queue === undefined || check === undefined || CURED in check) return;
  const cured = function (this: RequestQueue): void {
    if (this.pending.length > 0 || this.throttledUntil > Date.now()) check.call(this);
  };
  queue.prototype.scheduleCheckPendingRequests = Object.assign(cured, { [CURED]: true });
}

/** Another release may have moved the file: then there is nothing to cure. */
function requestQueue(): RequestQueueClass | undefined {
  try {
    return createRequire(require.resolve('kafkajs'))('./src/network/requestQueue') as RequestQueueClass;
  } catch {
    return undefined;
  }
}
