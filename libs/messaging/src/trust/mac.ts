import { createHmac, timingSafeEqual } from 'node:crypto';
import { framed, type SealedMessage } from '@minos/common';
import type { SigningKey } from './signing-keys.js';

/** What a MAC is for stands in it, so that none can be used for the other. */
const CLAIMS = 'minos.claims.v1';
const SEAL = 'minos.seal.v1';
const SEAL_WITH_CONTENT = 'minos.seal-with-content.v1';

export function claimsMac({ id, secret }: SigningKey, producer: string, claims: string): Buffer {
  return createHmac('sha256', secret)
    .update(framed([CLAIMS, id, producer, claims]))
    .digest();
}

/** The body is what is left behind the texts. */
export function sealMac({ id, secret }: SigningKey, { messageId, producer, content }: SealedMessage, principal: string): Buffer {
  const hmac = createHmac('sha256', secret);
  if (content === undefined) return hmac.update(framed([SEAL, id, producer, messageId, principal])).digest();
  const { texts, body } = content;
  return hmac
    .update(framed([SEAL_WITH_CONTENT, id, producer, messageId, principal, ...texts]))
    .update(body)
    .digest();
}

/** Takes the same time wherever they differ. */
export function isMac(expected: Buffer, found: string): boolean {
  const given = Buffer.from(found, 'base64url');
  return given.byteLength === expected.byteLength && timingSafeEqual(expected, given);
}
