import { EventSubscriptions } from '@minos/event-sourcing/module';
import { eventPublisher } from '@minos/event-sourcing/relay';
import { channelsOf } from '@minos/messaging';
import type { Broker } from '@minos/messaging/contracts';
import { BROKER, ChannelKeeper } from '@minos/messaging/module';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { ResolvedMinosOptions } from '../options/minos-options.js';
import { RESOLVED_OPTIONS } from '../tokens.js';

/** Publishes the events of the service on its channel, in the order of its feed. */
@Injectable()
export class EventPublishing implements OnModuleInit {
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedMinosOptions,
    @Inject(BROKER) private readonly broker: Broker,
    private readonly channels: ChannelKeeper,
    private readonly subscriptions: EventSubscriptions,
  ) {}

  onModuleInit(): void {
    const { service } = this.options;
    const publish: Broker['publish'] = async (messages) => {
      this.channels.demandReady();
      return this.broker.publish(messages);
    };
    this.subscriptions.addRecorded(eventPublisher({ broker: { publish }, channel: channelsOf(service).events, source: service }));
  }
}
