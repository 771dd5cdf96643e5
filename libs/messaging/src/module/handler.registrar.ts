import { type Clock, isMinosError, type MessageClass, messageMetadataOf, type MessageMetadata, type MessageRegistry } from '@minos/common';
import type { ConsumerChannel } from '../consumer/consumer.options.js';
import type { MessageHandler } from '../contracts/message-handler.js';
import type { Answer } from '../handlers/answer-handler.decorator.js';
import { answerBindings, commandBinding, eventBinding, type PlacedHandler } from '../handlers/bindings.js';
import { handledTwice } from '../handlers/handled-twice.js';
import type { MessageChain } from '../middleware/chain.js';
import type { MessageHandlerInvoker } from '../nest/message-handler-invoker.js';
import type { Outbox } from '../outbox/outbox.js';
import { channelsOf } from '../send/channels.js';
import type { FoundHandler } from './handler.explorer.js';

/** One consumer of the service, ready to run. */
export interface ConsumerPlan {
  readonly consumer: string;
  readonly channels: readonly ConsumerChannel[];
  readonly handlers: ReadonlyMap<string, MessageHandler>;
  /** For people: the messages that it handles; of answers the commands that are answered. */
  readonly types: readonly string[];
  /** For people: by type the handler's place in the code. @default the name of the consumer */
  readonly places?: ReadonlyMap<string, string>;
  readonly deadlineMs?: number;
}

export interface BoundMessageHandlers {
  readonly consumers: readonly ConsumerPlan[];
  /** What keeps the application from starting. */
  readonly faults: readonly string[];
}

export interface RegistrarParts {
  readonly service: string;
  readonly registry: MessageRegistry;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly chain: MessageChain;
  readonly invoker: MessageHandlerInvoker;
}

/** What other services ask for, with the decorators of handler and message. */
const ASKED: Readonly<Record<string, readonly [handler: string, message: string]>> = {
  command: ['@CommandHandler', '@Command'],
  query: ['@QueryHandler', '@Query'],
};

/** Makes consumers of the durable handlers: one for the commands and queries that the service owns, one for answers, one for each `@Consumer`. */
export function bindMessageHandlers(found: readonly FoundHandler[], parts: RegistrarParts): BoundMessageHandlers {
  const faults: string[] = [];
  const consumers = [bindCommands(found, parts, faults), bindAnswers(found, parts, faults), ...bindEvents(found, parts, faults)];
  return { consumers: consumers.filter(({ handlers }) => handlers.size > 0), faults };
}

function bindCommands(found: readonly FoundHandler[], parts: RegistrarParts, faults: string[]): ConsumerPlan {
  const handlers = new Map<string, MessageHandler>();
  const places = new Map<string, string>();
  for (const one of found.filter(({ kind }) => kind in ASKED)) {
    const metadata = one.messages.map(messageMetadataOf).find((known) => known !== undefined);
    if (metadata?.owner === undefined) continue;
    const other = places.get(metadata.name);
    if (other !== undefined) faults.push(handledTwice(metadata.name, other, one.handler));
    places.set(metadata.name, one.handler);
    if (metadata.owner !== parts.service) faults.push(ownedElsewhere(one, metadata, parts.service));
    else handlers.set(metadata.name, commandBinding(metadata, parts.outbox, parts.invoker.bind(one.provider, 'execute'), parts));
  }
  const { commands } = channelsOf(parts.service);
  return { consumer: commands, channels: [{ name: commands, kind: 'command' }], handlers, types: [...handlers.keys()], places };
}

function bindAnswers(found: readonly FoundHandler[], parts: RegistrarParts, faults: string[]): ConsumerPlan {
  const handlers = new Map<string, PlacedHandler<Answer>>();
  for (const one of found.filter(({ kind }) => kind === 'answer')) {
    const [command] = known(one, '@AnswerHandler', parts.registry, faults);
    if (command === undefined) continue;
    if (handlers.has(command.name))
      faults.push(`${one.handler}: another @AnswerHandler has the answers to ${command.name} already; keep one.`);
    handlers.set(command.name, parts.invoker.bind(one.provider, 'handle'));
  }
  const { answers } = channelsOf(parts.service);
  return {
    consumer: answers,
    channels: [{ name: answers }],
    handlers: handlers.size === 0 ? new Map() : answerBindings(handlers, parts.chain),
    types: [...handlers.keys()],
  };
}

function bindEvents(found: readonly FoundHandler[], parts: RegistrarParts, faults: string[]): ConsumerPlan[] {
  return found
    .filter(({ kind, consumer }) => kind === 'event' && consumer !== undefined)
    .map((one) => {
      const { name = '', from = parts.service, deadlineMs } = one.consumer ?? {};
      claim(parts.registry, name, one, faults);
      const events = known(one, '@EventsHandler', parts.registry, faults);
      const handlers = new Map(
        events.map((metadata) => [metadata.name, eventBinding(metadata, parts.invoker.bind(one.provider, 'handle'), parts.chain)]),
      );
      const deadline = deadlineMs === undefined ? {} : { deadlineMs };
      return { consumer: name, channels: [{ name: channelsOf(from).events }], handlers, types: [...handlers.keys()], ...deadline };
    });
}

/** The messages that a durable handler names; one without a durable name is a fault. */
function known({ handler, messages }: FoundHandler, decorator: string, registry: MessageRegistry, faults: string[]): MessageMetadata[] {
  return messages.flatMap((message) => {
    const metadata = messageMetadataOf(message);
    if (metadata === undefined) {
      faults.push(unnamed(handler, decorator, message));
      return [];
    }
    faults.push(...attempt(() => registry.register(message)));
    return [metadata];
  });
}

function claim(registry: MessageRegistry, name: string, { type }: FoundHandler, faults: string[]): void {
  faults.push(...attempt(() => registry.claimName({ kind: 'consumer', name, target: type })));
}

function attempt(work: () => unknown): string[] {
  try {
    work();
    return [];
  } catch (error) {
    if (!isMinosError(error)) throw error;
    return [error.message];
  }
}

function unnamed(handler: string, decorator: string, message: MessageClass): string {
  return `${decorator}(${message.name}) on ${handler}: ${message.name} has no durable name. Give its class one, such as @Event('order.placed').`;
}

function ownedElsewhere({ kind, handler }: FoundHandler, { name, owner, target }: MessageMetadata, service: string): string {
  const [decorator = '', message = ''] = ASKED[kind] ?? [];
  return (
    `${decorator}(${target.name}) on ${handler}: the ${kind} ${name} is owned by ${owner}, and this service is ${service}. Remove the handler, or ` +
    `write ${message}('${name}', { owner: '${service}' }).`
  );
}
