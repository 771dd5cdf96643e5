import { currentContext, isRejection } from '@minos/common';
import type { MessageLog, MessageLogFields } from '../contracts/message-log.js';
import type { HandlerCall, MessageMiddleware } from '../contracts/message-middleware.js';
import type { MessageObservation, MessageObserver } from '../contracts/message-observer.js';
import { traceIdOf } from './tracing/traceparent.js';

/** One line for each failed try, for each message that is handled, rejected or parked. Data of messages is never in it. */
export class MessageLogging implements MessageMiddleware, MessageObserver {
  /** Errors whose line was written with the trace of their try. */
  private readonly told = new WeakSet<object>();

  constructor(private readonly log: MessageLog) {}

  async handle(call: HandlerCall, next: () => Promise<unknown>): Promise<unknown> {
    try {
      return await next();
    } catch (error) {
      if (!isRejection(error)) this.failed(call, error);
      throw error;
    }
  }

  observe(observation: MessageObservation): void {
    switch (observation.outcome) {
      case 'failed':
        return this.failedOutside(observation);
      case 'parked':
        return this.parked(observation);
      case 'rejected':
        return this.log.debug('Rejected', fieldsOf(observation));
      case 'handled':
        return this.log.debug('Handled', fieldsOf(observation));
      default:
    }
  }

  private failed({ name, consumer, context }: HandlerCall, error: unknown): void {
    const { envelope, stored, attempt } = context;
    const { correlationId, traceparent } = currentContext();
    if (typeof error === 'object' && error !== null) this.told.add(error);
    this.log.warn('A try failed', {
      ...{ consumer, name, messageId: envelope.id, key: stored.key, attempt },
      ...given(correlationId ?? envelope.correlationid, traceIdOf(traceparent)),
      ...errorFields(error),
    });
  }

  /** A deadline, a commit that was refused: what the handler did not throw. */
  private failedOutside(observation: MessageObservation): void {
    const { error } = observation;
    if (typeof error === 'object' && error !== null && this.told.has(error)) return;
    this.log.warn('A try failed', fieldsOf(observation));
  }

  private parked(observation: MessageObservation): void {
    const { error } = observation;
    const fields = fieldsOf(observation);
    if (error === undefined) this.log.error('Parked behind another message of its key', fields);
    else this.log.error('Cannot be handled; its key is parked', fields);
  }
}

function fieldsOf({ consumer, type, messageId, stored, attempts, envelope, error }: MessageObservation): MessageLogFields {
  return {
    ...{ consumer, name: type, messageId, key: stored.key, attempt: attempts },
    ...given(envelope?.correlationid, traceIdOf(envelope?.traceparent)),
    ...(error === undefined ? {} : errorFields(error)),
  };
}

function given(correlationId: string | undefined, traceId: string | undefined): Pick<MessageLogFields, 'correlationId' | 'traceId'> {
  return { ...(correlationId === undefined ? {} : { correlationId }), ...(traceId === undefined ? {} : { traceId }) };
}

/** What a rejection tells its sender may hold data; its code does not. */
function errorFields(error: unknown): Pick<MessageLogFields, 'code' | 'error'> {
  const { code } = (typeof error === 'object' && error !== null ? error : {}) as { code?: unknown };
  return { ...(typeof code === 'string' ? { code } : {}), ...(isRejection(error) ? {} : { error }) };
}
