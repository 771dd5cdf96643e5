import { isRejection } from '@minos/common';
import type { HandlerRun, MessageMetrics } from '../contracts/message-metrics.js';
import type { HandlerCall, MessageMiddleware } from '../contracts/message-middleware.js';
import type { MessageObservation, MessageObserver } from '../contracts/message-observer.js';

/** Hands durations of tries and outcomes of messages to {@link MessageMetrics}. */
export class MessageMetering implements MessageMiddleware, MessageObserver {
  constructor(private readonly metrics: MessageMetrics) {}

  async handle(call: HandlerCall, next: () => Promise<unknown>): Promise<unknown> {
    const began = performance.now();
    let outcome: HandlerRun['outcome'] = 'returned';
    try {
      return await next();
    } catch (error) {
      outcome = isRejection(error) ? 'rejected' : 'failed';
      throw error;
    } finally {
      const { kind, name, consumer } = call;
      this.metrics.handlerRan({ kind, name, consumer, outcome }, (performance.now() - began) / 1_000);
    }
  }

  observe({ consumer, type, known, outcome }: MessageObservation): void {
    this.metrics.messageEnded({ consumer, name: known ? type : '', outcome });
  }
}
