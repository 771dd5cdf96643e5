import { CLOCK, type Clock, type MessageRegistry } from '@minos/common';
import type { Provider } from '@nestjs/common';
import { channelsOf } from '../../send/channels.js';
import { AskedOwners } from '../../trust/asked-owners.js';
import { ChannelKeeper } from '../channel-keeper.js';
import type { MessagingSettings } from '../messaging.options.js';
import { openBroker, type OpenedBroker } from '../open-broker.js';
import { openTrust, type ServiceTrust } from '../open-trust.js';
import { BROKER, KNOWN_MESSAGES, MESSAGING_SETTINGS, OPENED_BROKER, SERVICE_TRUST } from '../tokens.js';
import { clockOr, optional } from './optional.js';

/** The broker, what is believed of it, and the channels of the service. */
export const BROKER_PROVIDERS: Provider[] = [
  AskedOwners,
  {
    provide: OPENED_BROKER,
    useFactory: (settings: MessagingSettings, clock?: Clock) => openBroker(settings, clockOr(clock)),
    inject: [MESSAGING_SETTINGS, optional(CLOCK)],
  },
  {
    provide: SERVICE_TRUST,
    useFactory: ({ service, trust, broker }: MessagingSettings, registry: MessageRegistry, asked: AskedOwners) =>
      openTrust({
        service,
        options: trust,
        registry,
        asked,
        // What stays in the process needs no proof.
        production: process.env['NODE_ENV'] === 'production' && broker.kind !== 'memory',
        env: process.env,
      }),
    inject: [MESSAGING_SETTINGS, KNOWN_MESSAGES, AskedOwners],
  },
  {
    provide: BROKER,
    useFactory: ({ broker }: OpenedBroker, trust: ServiceTrust) => trust.seal(broker),
    inject: [OPENED_BROKER, SERVICE_TRUST],
  },
  {
    provide: ChannelKeeper,
    useFactory: (opened: OpenedBroker, { service, channels }: MessagingSettings, clock?: Clock) => {
      const { partitions, retention } = channels;
      const { events, commands, answers } = channelsOf(service);
      const definitions = [events, commands, answers].map((name) => ({ name, partitions, retentionMs: retention }));
      return new ChannelKeeper(opened, definitions, clockOr(clock));
    },
    inject: [OPENED_BROKER, MESSAGING_SETTINGS, optional(CLOCK)],
  },
];
