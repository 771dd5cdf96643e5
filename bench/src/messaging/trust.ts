import type { Principal } from '@minos/common';
import { ConsumerTrust, KeyedMessageSigner, KeyedMessageVerifier, NameOwners, resolveTrustOptions, sealingBroker } from '@minos/messaging';
import type { Broker, MessageTrust } from '@minos/messaging/contracts';

export const SENDER = 'orders';
const RECEIVER = 'stock';

const { keys } = resolveTrustOptions({
  keys: { [SENDER]: [{ id: 'k1', secret: 'the bench signs with thirty-two bytes or a few more' }] },
});

/** Signs what is published. */
export function signed(broker: Broker): Broker {
  if (keys === undefined) return broker;
  return sealingBroker(broker, { signer: new KeyedMessageSigner({ service: SENDER, keys }), service: SENDER });
}

/** Verifies what is received. */
export function trust(): MessageTrust {
  return new ConsumerTrust(new NameOwners(new Map(), () => undefined), keys && new KeyedMessageVerifier({ service: RECEIVER, keys }));
}

/** Who acts in one request: a claim set of its own for each, so that none is signed or verified from memory. */
export function principalOf(correlationId: string): Principal {
  const actedAt = new Date().toISOString();
  return { subject: 'user-4711', roles: ['customer'], tenant: '', actedAt, correlationId, issuer: SENDER, audience: ['*'] };
}
