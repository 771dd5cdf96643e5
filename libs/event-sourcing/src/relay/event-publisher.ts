import type { Broker, PublishOutcome } from '@minos/messaging/contracts';
import type { RecordedEvent } from '../contracts/event-store.js';
import type { SubscriptionOptions } from '../subscription/subscription.options.js';
import { eventMessage, type EventChannel } from './event-message.js';
import { EventUnpublishableError } from './relay.errors.js';

export interface EventPublisherOptions extends EventChannel {
  readonly broker: Pick<Broker, 'publish'>;
  /** Durable name of the subscription. @default 'minos.event-publisher' */
  readonly name?: string;
  /** Events in one publish at the most. @default 500 */
  readonly batchSize?: number;
}

/**
 * The subscription that publishes a service's events from its ordered feed: publish first, then move the checkpoint, so that a crash between the two publishes
 * again and loses nothing; repetitions have the same message ids. Events of a stream are published in version order. Runs where the subscription's
 * lease is held; a broker that is away is waited for and counts as no attempt.
 */
export function eventPublisher({
  broker,
  name = 'minos.event-publisher',
  batchSize = 500,
  ...channel
}: EventPublisherOptions): SubscriptionOptions {
  const publish = async (events: readonly RecordedEvent[]): Promise<void> => {
    const outcomes = await broker.publish(events.map((event) => eventMessage(event, channel)));
    outcomes.forEach((outcome, index) => demandStored(outcome, events[index]));
  };
  return { name, batchSize, handler: { batch: (deliveries) => publish(deliveries.map(({ recorded }) => recorded)) } };
}

function demandStored(outcome: PublishOutcome, event: RecordedEvent | undefined): void {
  if ('refused' in outcome && event !== undefined) throw new EventUnpublishableError(event, outcome.refused);
}
