import { decodeMessage, runInContext, uuidv7, type Envelope, type JsonObject, type JsonValue, type MessageMetadata } from '@minos/common';
import type { MessageContext, MessageHandler } from '../contracts/message-handler.js';
import type { KeptReply } from '../contracts/inbox-store.js';
import type { Outbox } from '../outbox/outbox.js';
import {
  ANSWERS,
  readAnswer,
  rejectionMessage,
  rejectionOf,
  REJECTION,
  RESULT,
  resultMessage,
  type AnsweredCommand,
} from '../send/answer-message.js';
import { ANSWER_TO } from '../send/command-message.js';
import type { Answer } from './answer-handler.decorator.js';

type Work<M> = (message: M, context: MessageContext) => unknown;

/** An event handler as the consumer calls it. */
export function eventBinding(metadata: MessageMetadata, work: Work<object>): MessageHandler<object> {
  return {
    schemaVersion: metadata.version,
    decode: (envelope) => decode(metadata, envelope),
    handle: async (event, context) => void (await inContextOf(context, () => work(event, context))),
  };
}

/** A command handler as the consumer calls it: what it returns, and a rejection, goes to the sender with the unit that handled the command. */
export function commandBinding(metadata: MessageMetadata, outbox: Outbox, work: Work<object>): MessageHandler<object> {
  return {
    schemaVersion: metadata.version,
    decode: (envelope) => decode(metadata, envelope),
    handle: async (command, context) => {
      const result = await inContextOf(context, async () => await asRejection(() => work(command, context)));
      return answer(context, outbox, (to) => resultMessage(to, uuidv7(), plain(result)));
    },
    rejected: (rejection, context) => answer(context, outbox, (to) => rejectionMessage(to, uuidv7(), rejection)),
  };
}

/** The answer handlers of a service, by the durable names of the commands. */
export function answerBindings(handlers: ReadonlyMap<string, Work<Answer>>): ReadonlyMap<string, MessageHandler> {
  const handle = async (envelope: unknown, context: MessageContext): Promise<void> => {
    const work = handlers.get(context.envelope.extensions?.[ANSWERS] ?? '');
    if (work === undefined) return;
    const read = readAnswer(context.envelope.type, context.envelope.data);
    const given = { commandId: context.envelope.causationid ?? '', key: context.stored.key, ...read } as Answer;
    await inContextOf(context, () => work(given, context));
  };
  return new Map([RESULT, REJECTION].map((type) => [type, { handle }]));
}

function decode(metadata: MessageMetadata, envelope: Envelope): object {
  return decodeMessage(metadata.target as new () => object, envelope.data as JsonObject);
}

function inContextOf<T>({ envelope }: MessageContext, work: () => T): T {
  const { id, correlationid, traceparent, tenant = '' } = envelope;
  return runInContext(
    {
      tenant,
      causationId: id,
      correlationId: correlationid ?? id,
      ...(traceparent === undefined ? {} : { traceparent }),
    },
    work,
  );
}

/** Errors that count as a "no" are made one, so that they are not tried again. */
async function asRejection<T>(work: () => T): Promise<Awaited<T>> {
  try {
    return await work();
  } catch (error) {
    throw rejectionOf(error) ?? error;
  }
}

function answer(
  { envelope, stored, unit }: MessageContext,
  outbox: Outbox,
  make: (command: AnsweredCommand) => ReturnType<typeof resultMessage>,
): KeptReply | void {
  const answerTo = envelope.extensions?.[ANSWER_TO];
  if (answerTo === undefined) return;
  const { id, type, correlationid, tenant } = envelope;
  const message = make({
    id,
    type,
    key: stored.key,
    answerTo,
    ...(correlationid === undefined ? {} : { correlationId: correlationid }),
    ...(tenant === undefined ? {} : { tenant }),
  });
  outbox.enlist(unit, message);
  return { type: message.type, data: message.data };
}

function plain(result: unknown): JsonValue {
  return result === undefined ? null : (JSON.parse(JSON.stringify(result)) as JsonValue);
}
