import { currentContext, encodeMessage, type MessageMetadata, type MessageRegistry } from '@minos/common';
import type { OutgoingMessage } from '../contracts/outgoing-message.js';
import { channelsOf } from './channels.js';
import { CommandKeyMissingError, CommandOwnerMissingError } from './send.errors.js';

export interface SendOptions {
  /** Commands with one key are handled in the order of their commits. @default what `@Command(…, { key })` says, else the command's id */
  readonly key?: string;
  /** UUID: sending again with the same id has no further effect. @default a new one */
  readonly id: string;
  /** Whether what the handler answers comes back: to the answer handler of this service, or to a place of its own. @default true */
  readonly answer?: boolean | AnswerPlace;
}

/** Where the answer of a command goes. */
export interface AnswerPlace {
  /** A channel of the service that sends the command. */
  readonly channel: string;
  /** Key of the answer. */
  readonly key: string;
  /** The command was sent before with the same id: if it was handled, its answer is given again. @default false */
  readonly again?: boolean;
}

/** The CloudEvents extension that names the channel for the answer. */
export const ANSWER_TO = 'answerto';
/** The one that names the key of the answer, where it is not that of the command. */
export const ANSWER_KEY = 'answerkey';
/** The one that says that the command is sent again for its answer. */
export const ANSWER_AGAIN = 'answeragain';

/** A command as it leaves the process for the service that owns it; `from` is the sender, to whose answers the reply goes. */
export function commandMessage(command: object, from: string, registry: MessageRegistry, options: SendOptions): OutgoingMessage {
  const message = ownedMessage(command, registry, options);
  const { answer = true } = options;
  return answer === false ? message : { ...message, extensions: answerExtensions(answer, from) };
}

function answerExtensions(answer: true | AnswerPlace, from: string): Record<string, string> {
  if (answer === true) return { [ANSWER_TO]: channelsOf(from).answers };
  return { [ANSWER_TO]: answer.channel, [ANSWER_KEY]: answer.key, ...(answer.again === true ? { [ANSWER_AGAIN]: '1' } : {}) };
}

/** The same without a place for the answer. */
export function ownedMessage(command: object, registry: MessageRegistry, options: SendOptions): OutgoingMessage {
  const metadata = registry.of(command);
  if (metadata.owner === undefined) throw new CommandOwnerMissingError(metadata);
  const { correlationId, causationId, traceparent, tenant } = currentContext();
  return {
    id: options.id,
    channel: channelsOf(metadata.owner).commands,
    key: keyOf(command, metadata, options),
    type: metadata.name,
    schemaVersion: metadata.version,
    data: encodeMessage(command, metadata),
    correlationId: correlationId ?? options.id,
    ...(causationId === undefined ? {} : { causationId }),
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(tenant === '' ? {} : { tenant }),
  };
}

function keyOf(command: object, metadata: MessageMetadata, { key, id }: SendOptions): string {
  const chosen = key ?? (metadata.key === undefined ? id : metadata.key(command));
  // `String(undefined)` is what a key function makes of a property that is not there.
  if (chosen === '' || chosen === 'undefined') throw new CommandKeyMissingError(metadata);
  return chosen;
}
