import { CLOCK, type Clock } from '@minos/common';
import type { Provider } from '@nestjs/common';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import type { Broker } from '../../contracts/broker.js';
import { MessageHandlerInvoker } from '../../nest/message-handler-invoker.js';
import { Outbox } from '../../outbox/outbox.js';
import { ParkedKeys } from '../../parked/parked-keys.js';
import { Consumers } from '../consumers.js';
import { CronExplorer } from '../cron.explorer.js';
import { Crons } from '../crons.js';
import { HandlerChain } from '../handler-chain.js';
import { HandlerExplorer } from '../handler.explorer.js';
import type { MessagingSettings } from '../messaging.options.js';
import type { MessagingStorage } from '../messaging-storage.js';
import type { ServiceTrust } from '../open-trust.js';
import { BROKER, MESSAGING_SETTINGS, MESSAGING_STORAGE, SERVICE_TRUST } from '../tokens.js';
import { clockOr, optional } from './optional.js';

type ConsumersInOrder = [
  settings: MessagingSettings,
  storage: MessagingStorage,
  broker: Broker,
  trust: ServiceTrust,
  outbox: Outbox,
  chain: HandlerChain,
  clock: Clock | undefined,
];

/** What is handled, and what could not be. */
export const HANDLING_PROVIDERS: Provider[] = [
  HandlerExplorer,
  CronExplorer,
  HandlerChain,
  {
    provide: MessageHandlerInvoker,
    useFactory: ({ handlers }: MessagingSettings, modules: ModulesContainer, application: ApplicationConfig) =>
      new MessageHandlerInvoker(modules, application, { globalEnhancers: handlers.globalEnhancers }),
    inject: [MESSAGING_SETTINGS, ModulesContainer, ApplicationConfig],
  },
  {
    provide: Consumers,
    useFactory: (...[settings, storage, broker, { trust }, outbox, chain, clock]: ConsumersInOrder) =>
      new Consumers({ settings, storage, broker, trust, outbox, chain, clock: clockOr(clock) }),
    inject: [MESSAGING_SETTINGS, MESSAGING_STORAGE, BROKER, SERVICE_TRUST, Outbox, HandlerChain, optional(CLOCK)],
  },
  {
    provide: Crons,
    useFactory: ({ crons }: MessagingSettings, storage: MessagingStorage, clock?: Clock) => new Crons(storage, clockOr(clock), crons),
    inject: [MESSAGING_SETTINGS, MESSAGING_STORAGE, optional(CLOCK)],
  },
  { provide: ParkedKeys, useFactory: ({ parked }: MessagingStorage) => new ParkedKeys(parked), inject: [MESSAGING_STORAGE] },
];
