import {
  currentContext,
  decodeMessage,
  storedToken,
  SystemClock,
  uuidv7,
  type Clock,
  type Envelope,
  type JsonObject,
  type JsonValue,
  type MessageMetadata,
} from '@minos/common';
import type { MessageContext, MessageHandler } from '../contracts/message-handler.js';
import type { KeptReply } from '../contracts/inbox-store.js';
import type { OutgoingMessage } from '../contracts/outgoing-message.js';
import type { HandlerDescription, HandlerRef } from '../contracts/message-middleware.js';
import { MessageChain } from '../middleware/chain.js';
import { inContextOf } from '../middleware/context.js';
import { decodeOrUnfit } from '../middleware/unfit-message.js';
import type { Outbox } from '../outbox/outbox.js';
import { TOKEN_WANTED } from '../request/consistency.js';
import { RequestReplies } from '../request/request-replies.js';
import { ANSWERS, readAnswer, rejectionMessage, REJECTION, RESULT, resultMessage, type AnsweredCommand } from '../send/answer-message.js';
import { ANSWER_KEY, ANSWER_TO } from '../send/command-message.js';
import type { Answer } from './answer-handler.decorator.js';
import { beginHandling, handledCommandOf, withheld } from './handled-command.js';

/** Calls a handler. */
export type HandlerWork<M> = (message: M, context: MessageContext) => unknown;

/** A handler, with its place in the code for middleware that wants to know it. */
export interface PlacedHandler<M> {
  readonly work: HandlerWork<M>;
  readonly handler: HandlerRef;
}

type Handles<M> = HandlerWork<M> | PlacedHandler<M>;

/** An event handler as the consumer calls it. */
export function eventBinding(metadata: MessageMetadata, handles: Handles<object>, chain = new MessageChain()): MessageHandler<object> {
  const { work, handler } = placed(handles);
  const run = chain.bind({ kind: 'event', name: metadata.name, metadata, handler });
  return {
    schemaVersion: metadata.version,
    decode: (envelope) => decode(metadata, envelope),
    handle: async (event, context) => void (await run(event, context, () => work(event, context))),
  };
}

export interface CommandBindingOptions {
  /** Tells whether a request is over its time. @default the system's */
  readonly clock?: Clock;
  /** @default one with its own defaults */
  readonly chain?: MessageChain;
}

/**
 * A command handler as the consumer calls it: what it returns, and a rejection, goes to the sender with the unit that handled the command. A request that is over its
 * time is not handled; one that was handled before is answered from what was kept. Answers to queries are not kept: a query that is asked again is handled again.
 */
export function commandBinding(
  metadata: MessageMetadata,
  outbox: Outbox,
  handles: Handles<object>,
  { clock = new SystemClock(), chain = new MessageChain() }: CommandBindingOptions = {},
): MessageHandler<object> {
  const { work, handler } = placed(handles);
  const run = chain.bind({ kind: 'command', name: metadata.name, metadata, handler });
  const replies = new RequestReplies(outbox, clock, metadata.kind === 'query' ? 'told' : 'kept');
  return {
    schemaVersion: metadata.version,
    repeats: replies,
    decode: (envelope) => decodeOrUnfit(() => decode(metadata, envelope)),
    handle: async (command, context) => {
      replies.demandInTime(context);
      beginHandling(context);
      let { traceparent } = context.envelope;
      const result = await run(command, context, () => {
        traceparent = currentContext().traceparent;
        return work(command, context);
      });
      const reply = () =>
        answer(context, { outbox, replies }, (to) => resultMessage(to, uuidv7(), plain(result), tokenFor(context, metadata)));
      return inContextOf(context, reply, traceparent);
    },
    rejected: (rejection, context) =>
      inContextOf(
        context,
        () =>
          replies.expired(rejection, context) ?? answer(context, { outbox, replies }, (to) => rejectionMessage(to, uuidv7(), rejection)),
      ),
  };
}

/** The answer handlers of a service, by the durable names of the commands. */
export function answerBindings(
  handlers: ReadonlyMap<string, Handles<Answer>>,
  chain = new MessageChain(),
): ReadonlyMap<string, MessageHandler> {
  const bound = new Map([...handlers].map(([name, handles]) => [name, answerHandler({ name, handles }, chain)]));
  const handle = async (envelope: unknown, context: MessageContext): Promise<void> => {
    await bound.get(context.envelope.extensions?.[ANSWERS] ?? '')?.(context);
  };
  return new Map([RESULT, REJECTION].map((type) => [type, { handle }]));
}

function answerHandler({ name, handles }: { readonly name: string; readonly handles: Handles<Answer> }, chain: MessageChain) {
  const { work, handler } = placed(handles);
  const run = chain.bind({ kind: 'answer', name, handler } satisfies HandlerDescription);
  return (context: MessageContext): Promise<unknown> => {
    const read = readAnswer(context.envelope.type, context.envelope.data);
    const given = { commandId: context.envelope.causationid ?? '', key: context.stored.key, ...read } as Answer;
    return run(given, context, () => work(given, context));
  };
}

function placed<M>(handles: Handles<M>): PlacedHandler<M> {
  return typeof handles === 'function' ? { work: handles, handler: { type: Function, method: handles.name } } : handles;
}

function decode(metadata: MessageMetadata, envelope: Envelope): object {
  return decodeMessage(metadata.target as new () => object, envelope.data as JsonObject);
}

interface AnswerPorts {
  readonly outbox: Outbox;
  readonly replies: RequestReplies;
}

function answer(
  context: MessageContext,
  ports: AnswerPorts,
  make: (command: AnsweredCommand) => ReturnType<typeof resultMessage>,
): KeptReply | void {
  const { envelope, unit } = context;
  const message = make(answeredBy(context));
  const kept: KeptReply = { type: message.type, data: message.data };
  const isAnswered = envelope.extensions?.[ANSWER_TO] !== undefined;
  const lateId = handledCommandOf(unit)?.lateId;
  if (lateId !== undefined) return answerOnceLetGo(context, ports, { id: lateId, message: isAnswered ? message : undefined, kept });
  const asked = ports.replies.reply({ envelope, unit }, kept);
  if (isAnswered) ports.outbox.enlist(unit, message);
  return asked || isAnswered ? ports.replies.toKeep(envelope, kept) : undefined;
}

interface LateAnswer {
  readonly id: string;
  readonly message: OutgoingMessage | undefined;
  readonly kept: KeptReply;
}

/** Nothing is kept with the mark: whoever asks again before the answer has left may not hear it. */
function answerOnceLetGo({ envelope, unit }: MessageContext, { outbox, replies }: AnswerPorts, { id, message, kept }: LateAnswer): void {
  const late = message ?? replies.replyTo(envelope, kept);
  if (late !== undefined) unit.enlist(withheld(outbox.prepare(unit, { ...late, id }), late.type));
}

function answeredBy({ envelope, stored }: MessageContext): AnsweredCommand {
  const { id, type, correlationid, tenant, extensions } = envelope;
  return {
    id,
    type,
    key: extensions?.[ANSWER_KEY] ?? stored.key,
    answerTo: extensions?.[ANSWER_TO] ?? '',
    ...(correlationid === undefined ? {} : { correlationId: correlationid }),
    ...(tenant === undefined ? {} : { tenant }),
  };
}

/** Of what the handler has stored so far: it counts once the unit has committed, and so does the reply. */
function tokenFor({ envelope, unit }: MessageContext, { owner = '' }: MessageMetadata): string | undefined {
  return envelope.extensions?.[TOKEN_WANTED] === undefined ? undefined : storedToken(unit, owner);
}

function plain(result: unknown): JsonValue {
  return result === undefined ? null : (JSON.parse(JSON.stringify(result)) as JsonValue);
}
