import { type MessageClass, option, type UnitOfWork, validateOptions } from '@minos/common';
import type { VirtualClock } from '@minos/common/testing';
import type { AggregateClass, AggregateRepository, AggregateRoot } from '@minos/event-sourcing';
import { createScenario, type Scenario } from '@minos/event-sourcing/testing';
import { Messages, Outbox, type Requests, Schedules } from '@minos/messaging';
import type { ModuleRef } from '@nestjs/core';
import { CommandBus } from '../buses/command-bus.js';
import { QueryBus } from '../buses/query-bus.js';
import { Dispatch } from '../dispatch/dispatch.js';
import { HandlerOutcome } from './handler-outcome.js';
import { type RemoteAnswer, RemoteAnswers } from './remote-answers.js';
import { SentMessages } from './sent-messages.js';

export interface HandlerScenarioOptions {
  /** Durable name of the service that the handler belongs to. */
  readonly service: string;
  /** @default one that stands at 2026-01-01T00:00:00Z */
  readonly clock?: VirtualClock;
}

/**
 * Tests handlers of commands and queries without a container, on storage in memory and a clock that the test moves: construct the handler with the repositories
 * and buses of the scenario, say what has happened, run it, and say which events it stores, which commands it sends and what it answers.
 */
export function createHandlerScenario(options: HandlerScenarioOptions): HandlerScenario {
  return new HandlerScenario(options);
}

/** A small service of its own for one test. */
export class HandlerScenario {
  /** For handlers that inject it: `enqueue` is real; `execute` of another service's command is answered by {@link answering}. */
  readonly commands: CommandBus;
  readonly queries: QueryBus;
  /** For handlers that inject `Messages` or `Schedules` of `@minos/messaging`. */
  readonly messages: Messages;
  readonly schedules: Schedules;
  private readonly scenario: Scenario;
  private readonly sent = new SentMessages();
  private readonly remote: RemoteAnswers;

  constructor(options: HandlerScenarioOptions) {
    const { service } = validateOptions(
      'createHandlerScenario',
      { service: option.string(), clock: option.custom<VirtualClock>('a VirtualClock', (value) => typeof value === 'object').optional() },
      options,
    );
    this.scenario = createScenario({ writers: this.sent.writers, ...(options.clock && { clock: options.clock }) });
    const { unitOfWork, clock, parts } = this.scenario;
    this.remote = new RemoteAnswers(unitOfWork);
    const sending = { service, outbox: new Outbox({ source: service, clock }), unitOfWork, registry: parts.registry };
    this.messages = new Messages(sending);
    this.schedules = new Schedules({ ...sending, store: { list: async () => [] } });
    const { messages, schedules, remote } = this;
    const dispatch = new Dispatch({ service, unitOfWork, messages, schedules, requests: remote as unknown as Requests });
    this.commands = new CommandBus(NO_CONTAINER, undefined, dispatch);
    this.queries = new QueryBus(NO_CONTAINER, undefined, dispatch);
  }

  get unitOfWork(): UnitOfWork {
    return this.scenario.unitOfWork;
  }

  get clock(): VirtualClock {
    return this.scenario.clock;
  }

  /** The repository to construct the handler with; one per aggregate. */
  repository<A extends AggregateRoot>(type: AggregateClass<A>): AggregateRepository<A> {
    return this.scenario.repository(type);
  }

  /** Makes messages known that the handler sends, and that no aggregate names. */
  knows(...messages: readonly MessageClass[]): this {
    this.scenario.parts.registry.register(...messages);
    return this;
  }

  /** Events that have happened to one aggregate, oldest first. */
  given(type: AggregateClass, id: string, ...events: readonly object[]): this {
    this.scenario.given(type, id, ...events);
    return this;
  }

  /** The wall clock shows this time when the work begins. */
  at(time: Date | string): this {
    this.scenario.at(time);
    return this;
  }

  /** What another service answers to a command or query of this class; a `Rejection` that is thrown is its rejection. */
  answering<M extends object>(type: MessageClass<M>, answer: RemoteAnswer<M>): this {
    this.remote.set(type, answer);
    return this;
  }

  /** Runs the handler in a unit of work, as the bus does, after what was given. */
  when<R>(work: () => R | Promise<R>): HandlerOutcome<R> {
    const { sent, scenario } = this;
    let before = 0;
    const outcome = scenario.when(() => {
      before = sent.count;
      return scenario.unitOfWork.run(work);
    });
    return new HandlerOutcome<R>(outcome, { registry: scenario.parts.registry, sent: () => sent.since(before) });
  }
}

/** The buses of a scenario run no handlers, and look nothing up. */
const NO_CONTAINER = {} as ModuleRef;
