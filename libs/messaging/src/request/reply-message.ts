import { parseJson, type Envelope, type JsonObject, type JsonValue } from '@minos/common';
import { CommandNotHandledError, MessageUndecodableError } from '../consumer/consumer.errors.js';
import { headerOf } from '../consumer/header-of.js';
import type { StoredMessage } from '../contracts/broker.js';
import type { KeptReply } from '../contracts/inbox-store.js';
import type { OutgoingMessage } from '../contracts/outgoing-message.js';
import { ANSWERS, readAnswer, REJECTION, RESULT } from '../send/answer-message.js';
import { KeyParkedError, ReplyNotKeptError, RequestExpiredError, RequestOutcomeUnknownError, type AskedRequest } from './request.errors.js';
import { ASKING, type ReplyPlace } from './request-place.js';

/** The type of a reply that says that the request was not handled, and why. */
export const REFUSAL = 'minos.refusal';

export type RefusalCode = 'REQUEST_EXPIRED' | 'KEY_PARKED' | 'COMMAND_NOT_HANDLED' | 'REPLY_NOT_KEPT';

/** The request that is answered, as far as it can be read. */
export interface AnsweredRequest {
  readonly place: ReplyPlace;
  readonly envelope: Partial<Pick<Envelope, 'id' | 'type' | 'correlationid' | 'tenant'>>;
}

/** A refusal, ready to be kept: `asking` tells which of the askings of one request it is about. */
export function refusal(code: RefusalCode, { asking }: ReplyPlace, details: JsonObject = {}): KeptReply {
  return { type: REFUSAL, data: { code, asking, details } };
}

export function isRefusal({ type, data }: KeptReply, code: RefusalCode): boolean {
  return type === REFUSAL && fieldsOf(data)['code'] === code;
}

/** Which asking a kept refusal is about. */
export function askingOf({ data }: KeptReply): unknown {
  return fieldsOf(data)['asking'];
}

/** A reply on its way to whoever asked. */
export function replyMessage({ place, envelope }: AnsweredRequest, { type, data }: KeptReply): OutgoingMessage {
  const { channel, key, asking } = place;
  const { id, type: command, correlationid, tenant } = envelope;
  return {
    channel,
    key,
    type,
    data,
    extensions: { [ASKING]: asking, ...(command === undefined ? {} : { [ANSWERS]: command }) },
    ...(id === undefined ? {} : { causationId: id }),
    ...(correlationid === undefined ? {} : { correlationId: correlationid }),
    ...(tenant === undefined ? {} : { tenant }),
  };
}

/** What a handler answered. */
export interface Reply {
  readonly result: unknown;
  /** The consistency token of what it stored, if it was asked for and there is one. */
  readonly token: string | undefined;
}

/** What a reply says, or the error with which the request is to end. */
export function readReply(stored: StoredMessage, request: AskedRequest): Reply | { readonly error: Error } {
  const type = headerOf(stored, 'ce_type') ?? '';
  try {
    const data = parseJson(stored.body);
    if (type === RESULT || type === REJECTION) {
      const answer = readAnswer(type, data);
      if (!('result' in answer)) return { error: answer.rejection };
      const { token } = fieldsOf(data);
      return { result: answer.result, token: typeof token === 'string' ? token : undefined };
    }
    return { error: refusalError(fieldsOf(data), request) };
  } catch (error) {
    return { error: new MessageUndecodableError(type, error) };
  }
}

function refusalError({ code, details }: JsonObject, request: AskedRequest): Error {
  const { cause, consumer } = fieldsOf(details);
  switch (code) {
    case 'REQUEST_EXPIRED':
      return new RequestExpiredError(request);
    case 'KEY_PARKED':
      return new KeyParkedError(request, typeof cause === 'string' ? cause : undefined);
    case 'COMMAND_NOT_HANDLED':
      return new CommandNotHandledError(typeof consumer === 'string' ? consumer : '', request.channel, request.type);
    case 'REPLY_NOT_KEPT':
      return new ReplyNotKeptError(request);
    default:
      return new RequestOutcomeUnknownError(request, `The reply is of a kind that this release does not know (${JSON.stringify(code)})`);
  }
}

function fieldsOf(data: JsonValue | undefined): JsonObject {
  return typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as JsonObject) : {};
}
