import {
  frozenPrincipal,
  readClaims,
  writeClaims,
  BoundedCache,
  type MessageSeal,
  type MessageSigner,
  type Principal,
} from '@minos/common';
import type { BrokerMessage } from '../contracts/broker.js';
import { isPromise } from '../consumer/is-promise.js';
import { PRINCIPAL_CLAIMS } from '../contracts/message-trust.js';
import { MessageUnpublishableError } from '../errors/broker.errors.js';
import { shownText } from '../errors/shown-text.js';
import { channelRole } from '../send/channels.js';
import { inOrder, PRINCIPAL_HEADER, SEAL_HEADER, sealedContent } from './sealed-content.js';
import { servicePrincipal } from './service-principal.js';

/** A message with its seal, or why it can never have one. */
export type Sealed = BrokerMessage | { readonly refused: MessageUnpublishableError };

const CLAIMS_HEADER = `ce_${PRINCIPAL_CLAIMS}`;
const REMEMBERED = 1_000;

/** Seals single messages of one service. */
export class MessageSealer {
  /** By claims and audience. */
  private readonly principals = new BoundedCache<Map<string, Principal>>(REMEMBERED);
  private readonly own: string;

  constructor(private readonly options: { readonly signer: MessageSigner; readonly service: string }) {
    this.own = writeClaims(servicePrincipal(options.service, new Date()));
  }

  /** Throws or rejects with what the signer does. */
  seal(message: BrokerMessage): Sealed | Promise<Sealed> {
    const { headers, channel } = message;
    const { ce_id: messageId, ce_source: source, [CLAIMS_HEADER]: claims = this.own } = headers;
    if (messageId === undefined || messageId === '') return refused(message, 'it has no id');
    if (source !== this.options.service) {
      return refused(message, `its source is ${shownText(source ?? '')}, and this process seals for "${this.options.service}"`);
    }
    const principal = this.principalOf(claims, channel);
    if ('fault' in principal) return refused(message, `its claims cannot be read: ${principal.fault}`);
    const bare = { ...message, headers: bareHeaders(headers) };
    const given = this.options.signer.seal({ messageId, producer: source, content: sealedContent(bare) }, principal);
    return isPromise(given) ? given.then((seal) => withSeal(bare, seal)) : withSeal(bare, given);
  }

  /** The claims as they are meant for the readers of a channel. */
  private principalOf(claims: string, channel: string): Principal | { readonly fault: string } {
    const audience = audienceOf(channel);
    const known = this.principals.get(claims);
    const found = known?.get(audience);
    if (found !== undefined) return found;
    const read = readClaims(claims, { exact: false });
    if ('fault' in read) return read;
    const principal = frozenPrincipal({ ...read, audience: [audience] });
    if (known === undefined) this.principals.set(claims, new Map([[audience, principal]]));
    else known.set(audience, principal);
    return principal;
  }
}

/** Events are for whoever follows them; what is sent to a service is for that service alone. */
function audienceOf(channel: string): string {
  const { kind, service } = channelRole(channel);
  return kind === 'events' || kind === 'other' ? '*' : service;
}

/** Without what only the own process may read, and in the order in which the receiver needs them. */
function bareHeaders(headers: BrokerMessage['headers']): Record<string, string> {
  const bare: Record<string, string> = {};
  for (const name of inOrder(Object.keys(headers))) if (name !== CLAIMS_HEADER) bare[name] = headers[name] ?? '';
  return bare;
}

function withSeal(message: BrokerMessage & { readonly headers: Record<string, string> }, { principal, mac }: MessageSeal): BrokerMessage {
  message.headers[PRINCIPAL_HEADER] = principal;
  message.headers[SEAL_HEADER] = mac;
  return message;
}

function refused({ channel, key }: BrokerMessage, why: string): Sealed {
  const text = `The message ${shownText(key)} for the channel "${channel}" cannot be sealed: ${why}.`;
  return { refused: new MessageUnpublishableError(text, { details: { channel, key } }) };
}
