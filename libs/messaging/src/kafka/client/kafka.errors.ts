import { isMinosError, MinosError } from '@minos/common';
import { BrokerUnavailableError } from '../../errors/broker.errors.js';

/** The optional peer `kafkajs` cannot be loaded. */
export class KafkaPackageMissingError extends MinosError {
  readonly code = 'KAFKA_PACKAGE_MISSING' as const;
  readonly retryable = false;

  constructor(cause: unknown) {
    super('The Kafka broker needs the package "kafkajs", which cannot be loaded. Install it: npm install kafkajs', { cause });
  }
}

interface KafkaError {
  readonly name?: unknown;
  readonly type?: unknown;
  readonly cause?: unknown;
  readonly originalError?: unknown;
  readonly errors?: readonly unknown[];
}

const DEPTH = 6;

/** The protocol's name of the error (`MESSAGE_TOO_LARGE`), found under what kafkajs wraps around it. */
export function kafkaErrorType(error: unknown, depth = DEPTH): string | undefined {
  if (typeof error !== 'object' || error === null || depth === 0) return undefined;
  const { name, type, cause, originalError, errors } = error as KafkaError;
  if (typeof type === 'string') return type;
  if (name === 'KafkaJSOffsetOutOfRange') return 'OFFSET_OUT_OF_RANGE';
  for (const inner of [originalError, cause, ...(errors ?? [])]) {
    const found = kafkaErrorType(inner, depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** An error of a call for its caller: ours stay, everything else says that the broker could not do it. */
export function asBrokerError(error: unknown, what: string): MinosError {
  if (isMinosError(error)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const type = kafkaErrorType(error);
  return new BrokerUnavailableError(`Kafka could not ${what}: ${type === undefined ? '' : `${type}, `}${reason}`, { cause: error });
}

/** Errors that say something about the request, and nothing bad about the connection it went over. */
const HARMLESS = new Set([
  'COORDINATOR_LOAD_IN_PROGRESS',
  'DUPLICATE_SEQUENCE_NUMBER',
  'GROUP_LOAD_IN_PROGRESS',
  'ILLEGAL_GENERATION',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_RECORD',
  'MESSAGE_TOO_LARGE',
  'OFFSET_OUT_OF_RANGE',
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'REBALANCE_IN_PROGRESS',
  'RECORD_LIST_TOO_LARGE',
  'TOPIC_ALREADY_EXISTS',
  'UNKNOWN_MEMBER_ID',
  'UNKNOWN_PRODUCER_ID',
]);

/** Whether the connections and what is known of the cluster should be made anew after this error. */
export function spoilsLink(error: unknown): boolean {
  if (isMinosError(error) && !(error instanceof BrokerUnavailableError)) return false;
  const type = kafkaErrorType(error);
  return type === undefined || !HARMLESS.has(type);
}
