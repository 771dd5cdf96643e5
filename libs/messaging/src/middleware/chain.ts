import type { MessageAuthorizer } from '../contracts/message-authorizer.js';
import type { MessageContext } from '../contracts/message-handler.js';
import type { MessageLog } from '../contracts/message-log.js';
import type { MessageMetrics } from '../contracts/message-metrics.js';
import type { HandlerCall, HandlerDescription, HandlerKind, MessageMiddleware } from '../contracts/message-middleware.js';
import type { MessageObserver } from '../contracts/message-observer.js';
import { noOf } from '../send/rejection-of.js';
import { authorisation } from './authorisation.js';
import { contextMiddleware } from './context.js';
import { MessageLogging } from './logging.js';
import { MessageMetering } from './metrics.js';
import { observers } from './observers.js';
import { CHAIN_ORDER, type ChainStage } from './order.js';
import { ownMiddleware } from './own-middleware.js';
import { TracingMiddleware } from './tracing/tracing.js';
import { validation } from './validation.js';

export interface MessageChainOptions {
  /** Spans and `traceparent`. @default true */
  readonly tracing?: boolean;
  /** @default nothing is logged */
  readonly log?: MessageLog;
  /** @default nothing is measured */
  readonly metrics?: MessageMetrics;
  /** Asked for every message. @default only the roles of `@Authorize()` count */
  readonly authorizer?: MessageAuthorizer;
  /** Whether class-validator's rules on message classes hold; their schemas always do. @default true */
  readonly validation?: boolean;
  /** Own middleware, from the outside in; `@HandlerMiddleware()` may say another order. @default none */
  readonly middleware?: readonly MessageMiddleware[];
}

/** Runs one try of the handler that was bound. `work` calls it. */
export type ChainedHandler = (message: unknown, context: MessageContext, work: () => unknown) => Promise<unknown>;

type Composed = (call: HandlerCall, work: () => unknown) => Promise<unknown>;

/** All middleware of a service, in the order of {@link CHAIN_ORDER}. One chain serves all its handlers and consumers. */
export class MessageChain {
  /** Hears of the messages of consumers what the chain cannot see: what was stored, and what was parked. */
  readonly observer: MessageObserver | undefined;
  private readonly tracing: TracingMiddleware | undefined;
  private readonly logging: MessageLogging | undefined;
  private readonly metering: MessageMetering | undefined;

  constructor(private readonly options: MessageChainOptions = {}) {
    const { tracing = true, log, metrics } = options;
    this.tracing = tracing ? new TracingMiddleware() : undefined;
    this.logging = log && new MessageLogging(log);
    this.metering = metrics && new MessageMetering(metrics);
    this.observer = observers(this.logging, this.metering);
  }

  /** Puts together what stands around one handler; a stage that has nothing to do for it is left out. */
  bind(description: HandlerDescription): ChainedHandler {
    const { kind, name, handler, metadata } = description;
    const own = ownMiddleware(this.options.middleware ?? [], kind);
    const application = refusals(kind, (_call, work) => work());
    const stages = CHAIN_ORDER.flatMap((stage) => listOf(this.stage(stage, description)));
    const run = compose(stages, own.length === 0 ? application : refusals(kind, compose(own, application)));
    return (message, context, work) =>
      run({ kind, name, handler, ...(metadata && { metadata }), consumer: context.consumer, message, context }, work);
  }

  /** Own middleware comes last and is put together with the handler. */
  private stage(stage: ChainStage, description: HandlerDescription): MessageMiddleware | undefined {
    switch (stage) {
      case 'context':
        return contextMiddleware;
      case 'tracing':
        return this.tracing;
      case 'logging':
        return this.logging;
      case 'metrics':
        return this.metering;
      case 'authorisation':
        return authorisation(description, this.options.authorizer);
      case 'validation':
        return validation(description, this.options.validation ?? true);
      case 'own middleware':
        return undefined;
    }
  }
}

/** One closure for each stage and try: what `next` is. */
function compose(stages: readonly MessageMiddleware[], handler: Composed): Composed {
  return stages.reduceRight((inner, stage) => (call, work) => stage.handle(call, () => inner(call, work)), handler);
}

/**
 * What the handler, or own middleware, throws for a "no" is made a rejection before the stages outside see it. Makes no more promises than it must: it is in the
 * way of every message.
 */
function refusals(kind: HandlerKind, part: (call: HandlerCall, work: () => unknown) => unknown): Composed {
  const refusalOf = (error: unknown): Error => asError(noOf(error, kind) ?? error);
  const refuse = (error: unknown): never => {
    throw refusalOf(error);
  };
  return (call, work) => {
    try {
      const result = part(call, work);
      return isPromise(result) ? result.then(undefined, refuse) : Promise.resolve(result);
    } catch (error) {
      return Promise.reject(refusalOf(error));
    }
  };
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error), { cause: error });
}

function listOf<T>(one: T | undefined): readonly T[] {
  return one === undefined ? [] : [one];
}
