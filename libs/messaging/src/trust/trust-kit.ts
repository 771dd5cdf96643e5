import type { Principal } from '@minos/common';
import { isPromise } from '../consumer/is-promise.js';
import type { BrokerMessage } from '../contracts/broker.js';
import { ConsumerTrust } from './consumer-trust.js';
import { KeyedMessageSigner } from './keyed-message-signer.js';
import { KeyedMessageVerifier } from './keyed-message-verifier.js';
import { MessageSealer } from './message-sealer.js';
import { NameOwners } from './name-owners.js';
import { resolveTrustOptions } from './trust.options.js';

/** Keys of the services that tests know. */
export const KEYS = {
  orders: [{ id: 'o1', secret: 'the first secret of the orders service' }],
  product: [{ id: 'p1', secret: 'the first secret of the product service' }],
  stock: [{ id: 's1', secret: 'the first secret of the stock service' }],
};

export const { keys: TESTING_KEYS } = resolveTrustOptions({ keys: KEYS });

export function ann(more: Partial<Principal> = {}): Principal {
  return {
    subject: 'ann',
    roles: ['customer'],
    tenant: '',
    actedAt: '2026-01-01T00:00:00.000Z',
    correlationId: 'c-1',
    issuer: 'gateway',
    audience: ['orders'],
    ...more,
  };
}

function keys() {
  if (TESTING_KEYS === undefined) throw new TypeError('There are keys.');
  return TESTING_KEYS;
}

export const signerOf = (service: string): KeyedMessageSigner => new KeyedMessageSigner({ service, keys: keys() });

export const verifierOf = (service: string): KeyedMessageVerifier => new KeyedMessageVerifier({ service, keys: keys() });

/** What a consumer of the service "stock" trusts. */
export function stockTrust(owners: Readonly<Record<string, string>> = {}): ConsumerTrust {
  const { owners: ruled } = resolveTrustOptions({ owners });
  return new ConsumerTrust(new NameOwners(ruled, ownerOf), verifierOf('stock'));
}

export const unsignedTrust = (): ConsumerTrust => new ConsumerTrust(new NameOwners(new Map(), ownerOf));

export const ownerOf = (command: string): string | undefined => (command === 'stock.reserve' ? 'product' : undefined);

/** The message as its service publishes it, with a seal. */
export function sealedBy(service: string, message: BrokerMessage): BrokerMessage {
  const sealed = new MessageSealer({ service, signer: signerOf(service) }).seal(message);
  if (isPromise(sealed) || 'refused' in sealed) throw new TypeError('The message has a seal at once.');
  return sealed;
}
