import { Rejection, type JsonObject, type JsonValue } from '@minos/common';
import type { KeptReply } from '../contracts/inbox-store.js';
import type { OutgoingMessage } from '../contracts/outgoing-message.js';

export const RESULT = 'minos.result';
export const REJECTION = 'minos.rejection';

/** The command that is answered. */
export interface AnsweredCommand {
  readonly id: string;
  /** Durable name of the command. */
  readonly type: string;
  readonly key: string;
  readonly answerTo: string;
  readonly correlationId?: string;
  readonly tenant?: string;
}

/** The CloudEvents extension that names the command that is answered. */
export const ANSWERS = 'answers';

/** The answer with a handler's result; an object or a JSON value, nothing is `null`. `token` tells what was stored, where the sender asked for that. */
export function resultMessage(command: AnsweredCommand, id: string, result: JsonValue, token?: string): OutgoingMessage {
  return answer(command, { id, type: RESULT, data: { result, ...(token === undefined ? {} : { token }) } });
}

export function rejectionMessage(command: AnsweredCommand, id: string, { code, message, details }: Rejection): OutgoingMessage {
  return answer(command, { id, type: REJECTION, data: { code, message, details: details as JsonObject } });
}

/** An answer that was given before. */
export function answerAgain(command: AnsweredCommand, id: string, { type, data }: KeptReply): OutgoingMessage {
  return answer(command, { id, type, data });
}

/** What the data of an answer says. */
export function readAnswer(type: string, data: JsonValue): { readonly result: unknown } | { readonly rejection: Rejection } {
  const fields = (data ?? {}) as { result?: unknown; code?: unknown; message?: unknown; details?: unknown };
  if (type === RESULT) return { result: fields.result ?? undefined };
  return { rejection: new Rejection(textOf(fields.code), textOf(fields.message), factsOf(fields.details)) };
}

/** Who answers may write what it likes: what is no text is shown as it is written, and nothing of it is called. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

function factsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : {};
}

function answer(command: AnsweredCommand, { id, type, data }: Required<Pick<OutgoingMessage, 'id' | 'type' | 'data'>>): OutgoingMessage {
  return {
    id,
    channel: command.answerTo,
    key: command.key,
    type,
    data,
    causationId: command.id,
    extensions: { [ANSWERS]: command.type },
    ...(command.correlationId === undefined ? {} : { correlationId: command.correlationId }),
    ...(command.tenant === undefined ? {} : { tenant: command.tenant }),
  };
}
