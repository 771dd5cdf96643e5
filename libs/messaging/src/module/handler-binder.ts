import { CLOCK, type Clock, type MessageRegistry, SystemClock } from '@minos/common';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { MessageHandlerInvoker } from '../nest/message-handler-invoker.js';
import { Outbox } from '../outbox/outbox.js';
import { Consumers } from './consumers.js';
import { CronExplorer } from './cron.explorer.js';
import { bindCrons } from './cron.registrar.js';
import { Crons } from './crons.js';
import { HandlerChain } from './handler-chain.js';
import { HandlerExplorer } from './handler.explorer.js';
import { bindMessageHandlers } from './handler.registrar.js';
import { HandlersInvalidError } from './messaging.errors.js';
import { KNOWN_MESSAGES } from './tokens.js';

/** Finds the handlers of the application and makes consumers and crons of them. */
@Injectable()
export class HandlerBinder {
  private readonly clock: Clock;

  constructor(
    private readonly handlers: HandlerExplorer,
    private readonly cronHandlers: CronExplorer,
    private readonly chain: HandlerChain,
    private readonly invoker: MessageHandlerInvoker,
    private readonly outbox: Outbox,
    private readonly consumers: Consumers,
    private readonly crons: Crons,
    @Inject(KNOWN_MESSAGES) private readonly registry: MessageRegistry,
    @Optional() @Inject(CLOCK) clock?: Clock,
  ) {
    this.clock = clock ?? new SystemClock();
  }

  /** Throws `HANDLERS_INVALID` and `CRON_INVALID` with all faults. */
  bind(service: string): void {
    const { registry, outbox, clock, invoker } = this;
    const { chain } = this.chain;
    const { consumers, faults } = bindMessageHandlers(this.handlers.explore(), { service, registry, outbox, clock, chain, invoker });
    if (faults.length > 0) throw new HandlersInvalidError(service, faults);
    this.consumers.add(consumers);
    this.crons.bind(bindCrons(this.cronHandlers.explore(), { service, chain, invoker }), registry);
  }
}
