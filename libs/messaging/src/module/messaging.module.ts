import {
  type BeforeApplicationShutdown,
  Inject,
  Logger,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { ChannelsProbe } from '../health/channels.probe.js';
import { ConsumersProbe } from '../health/consumers.probe.js';
import { MessagingStatistics } from '../health/messaging-statistics.js';
import { MessagingWatch } from '../health/messaging-watch.js';
import { RelayProbe } from '../health/relay.probe.js';
import { RequestsProbe } from '../health/requests.probe.js';
import { SchedulesProbe } from '../health/schedules.probe.js';
import { Outbox } from '../outbox/outbox.js';
import { RefusedKeys } from '../outbox/refused-keys.js';
import { ParkedKeys } from '../parked/parked-keys.js';
import { OutboxRelay } from '../relay/outbox-relay.js';
import { Requests } from '../request/requests.js';
import { ScheduleRunner } from '../schedule/schedule-runner.js';
import { Schedules } from '../schedule/schedules.js';
import { Messages } from '../send/messages.js';
import { ChannelKeeper } from './channel-keeper.js';
import { Consumers } from './consumers.js';
import { Crons } from './crons.js';
import { HandlerBinder } from './handler-binder.js';
import { HandlerChain } from './handler-chain.js';
import { HandlerExplorer } from './handler.explorer.js';
import { ConfigurableModuleClass } from './messaging.module-definition.js';
import type { MessagingSettings } from './messaging.options.js';
import { MessagingRuntime } from './messaging-runtime.js';
import type { OpenedBroker } from './open-broker.js';
import type { ServiceTrust } from './open-trust.js';
import { openWarnings } from './open-warnings.js';
import { BROKER_PROVIDERS } from './providers/broker.providers.js';
import { HANDLING_PROVIDERS } from './providers/handling.providers.js';
import { OPERATIONS_PROVIDERS } from './providers/operations.providers.js';
import { SENDING_PROVIDERS } from './providers/sending.providers.js';
import { STORAGE_PROVIDERS } from './providers/storage.providers.js';
import { BROKER, KNOWN_MESSAGES, MESSAGING_SETTINGS, MESSAGING_STORAGE, OPENED_BROKER, SERVICE_TRUST } from './tokens.js';

const TOKENS = [BROKER, OPENED_BROKER, SERVICE_TRUST, KNOWN_MESSAGES, MESSAGING_SETTINGS, MESSAGING_STORAGE];
const SENDING = [Outbox, OutboxRelay, Messages, Requests, Schedules, ScheduleRunner, RefusedKeys];
const HANDLING = [ChannelKeeper, Consumers, Crons, ParkedKeys, HandlerExplorer, HandlerChain];
const OPERATIONS = [MessagingWatch, MessagingStatistics, ChannelsProbe, ConsumersProbe, RelayProbe, SchedulesProbe, RequestsProbe];

/**
 * Sends and handles messages: the broker, the outbox with its relay, requests, schedules, the consumers of the application's handlers, parked keys. Keeps its rows in
 * what is there: the database of `PostgresModule`, or the storage of `MinosModule`.
 *
 * Start: handlers are bound while modules initialise; they run once the application has started. A broker that is away keeps nothing from starting. End: nothing new
 * is taken and what is in handling ends; then, when the last request has ended, what was asked is waited for, the relay stops and the broker closes.
 */
@Module({
  imports: [DiscoveryModule],
  providers: [
    ...STORAGE_PROVIDERS,
    ...BROKER_PROVIDERS,
    ...SENDING_PROVIDERS,
    ...HANDLING_PROVIDERS,
    ...OPERATIONS_PROVIDERS,
    HandlerBinder,
    MessagingRuntime,
  ],
  exports: [...TOKENS, ...SENDING, ...HANDLING, ...OPERATIONS],
})
export class MessagingModule
  extends ConfigurableModuleClass
  implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  private readonly logger = new Logger('Messaging');

  constructor(
    @Inject(MESSAGING_SETTINGS) private readonly settings: MessagingSettings,
    @Inject(OPENED_BROKER) private readonly opened: OpenedBroker,
    @Inject(SERVICE_TRUST) private readonly trust: ServiceTrust,
    private readonly handlers: HandlerBinder,
    private readonly runtime: MessagingRuntime,
  ) {
    super();
  }

  onModuleInit(): void {
    this.handlers.bind(this.settings.service);
    for (const warning of openWarnings(this.settings, this.trust, process.env['NODE_ENV'])) this.logger.warn(warning);
  }

  async onApplicationBootstrap(): Promise<void> {
    if (!this.settings.run) return;
    if (!(await this.runtime.start()))
      this.logger.warn(`The broker is away (${this.opened.description}); the service starts and goes on trying.`);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.runtime.stopIntake();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.runtime.stop();
    await this.opened.close();
  }
}
