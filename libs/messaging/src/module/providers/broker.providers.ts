import { CLOCK, type Clock, MESSAGE_PROOFS, type MessageProofs, type MessageRegistry } from '@minos/common';
import type { Provider } from '@nestjs/common';
import { channelsOf } from '../../send/channels.js';
import { AskedOwners } from '../../trust/asked-owners.js';
import { ChannelKeeper } from '../channel-keeper.js';
import { Consumers } from '../consumers.js';
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
    useFactory: ({ service, trust, broker }: MessagingSettings, registry: MessageRegistry, asked: AskedOwners, proofs?: MessageProofs) =>
      openTrust({
        service,
        options: trust,
        registry,
        asked,
        // What stays in the process needs no proof.
        production: process.env['NODE_ENV'] === 'production' && broker.kind !== 'memory',
        env: process.env,
        ...(proofs === undefined ? {} : { proofs }),
      }),
    inject: [MESSAGING_SETTINGS, KNOWN_MESSAGES, AskedOwners, optional(MESSAGE_PROOFS)],
  },
  {
    provide: BROKER,
    useFactory: ({ broker }: OpenedBroker, trust: ServiceTrust) => trust.seal(broker),
    inject: [OPENED_BROKER, SERVICE_TRUST],
  },
  {
    provide: ChannelKeeper,
    useFactory: (opened: OpenedBroker, { service, channels }: MessagingSettings, consumers: Consumers, clock?: Clock) => {
      const { partitions, retention: retentionMs } = channels;
      const { events, commands, answers, sagas } = channelsOf(service);
      // Of sagas only where there are any: a channel that nobody reads costs all the same.
      const names = () => [events, commands, answers, ...consumers.channels().filter((name) => name === sagas)];
      return new ChannelKeeper(opened, () => names().map((name) => ({ name, partitions, retentionMs })), clockOr(clock));
    },
    inject: [OPENED_BROKER, MESSAGING_SETTINGS, Consumers, optional(CLOCK)],
  },
];
