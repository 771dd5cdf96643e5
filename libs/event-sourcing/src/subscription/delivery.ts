import type { Unit } from '@minos/common';
import type { RecordedEvent } from '../contracts/event-store.js';

/** One recorded event with what it became for the handler: several messages where an upcaster split it, none where it was dropped. */
export interface Delivery {
  readonly recorded: RecordedEvent;
  readonly messages: readonly unknown[];
}

/** What a handler gets beside what it handles. */
export interface DeliveryContext {
  readonly subscription: string;
  /** The unit in which the checkpoint moves too: what is enlisted here commits with it. */
  readonly unit: Unit;
  /** 1 for the first try; rises with each try of a failing event. The unit's own re-runs after a conflict do not count. */
  readonly attempt: number;
  /** Aborts when the subscription stops or loses its lease: work that can end early should. */
  readonly signal: AbortSignal;
}

/** What a handler of single events gets beside the event. */
export interface EventDeliveryContext extends DeliveryContext {
  readonly recorded: RecordedEvent;
}

/**
 * Handles events of the feed, in order. It may run several times for one event (a crash, a conflict, a lost lease), its changes in the unit
 * happen once. What it throws is tried again, event by event, and at last stops the subscription at this event.
 */
export type SubscriptionHandler =
  | { each(message: unknown, context: EventDeliveryContext): void | Promise<void> }
  | { batch(deliveries: readonly Delivery[], context: DeliveryContext): void | Promise<void> };

/** Calls the handler with deliveries, in order. */
export async function deliver(handler: SubscriptionHandler, deliveries: readonly Delivery[], context: DeliveryContext): Promise<void> {
  if ('batch' in handler) return handler.batch(deliveries, context);
  const { subscription, unit, attempt, signal } = context;
  for (const { recorded, messages } of deliveries) {
    for (const message of messages) {
      signal.throwIfAborted();
      const handled = handler.each(message, { subscription, unit, attempt, signal, recorded });
      // Most handlers only enlist: waiting for nothing would cost each event a turn of the queue.
      if (handled !== undefined) await handled;
    }
  }
}
