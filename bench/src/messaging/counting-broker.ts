import type { Broker, BrokerMessage, PublishOutcome } from '@minos/messaging/contracts';

/** Counts what a relay publishes. */
export class CountingBroker implements Pick<Broker, 'publish'> {
  readonly counts = { published: 0, publishes: 0 };

  constructor(private readonly broker: Pick<Broker, 'publish'>) {}

  publish(messages: readonly BrokerMessage[]): Promise<readonly PublishOutcome[]> {
    this.counts.published += messages.length;
    this.counts.publishes += 1;
    return this.broker.publish(messages);
  }
}
