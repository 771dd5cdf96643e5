import { currentContext, encodeMessage, type MessageMetadata, type MessageRegistry } from '@minos/common';
import type { OutgoingMessage } from '../contracts/outgoing-message.js';
import { channelsOf } from './channels.js';
import { CommandKeyMissingError, CommandOwnerMissingError } from './send.errors.js';

export interface SendOptions {
  /** Commands with one key are handled in the order of their commits. @default what `@Command(…, { key })` says, else the command's id */
  readonly key?: string;
  /** UUID: sending again with the same id has no further effect. @default a new one */
  readonly id: string;
  /** Whether what the handler answers comes back to the answer handler of this service. @default true */
  readonly answer?: boolean;
}

/** The CloudEvents extension that names the channel for the answer. */
export const ANSWER_TO = 'answerto';

/** A command as it leaves the process for the service that owns it; `from` is the sender, to whose answers the reply goes. */
export function commandMessage(command: object, from: string, registry: MessageRegistry, options: SendOptions): OutgoingMessage {
  const message = ownedMessage(command, registry, options);
  return options.answer === false ? message : { ...message, extensions: { [ANSWER_TO]: channelsOf(from).answers } };
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
