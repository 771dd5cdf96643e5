import { writeClaims, BoundedCache, type MessageSeal, type MessageSigner, type Principal, type SealedMessage } from '@minos/common';
import { claimsMac, sealMac } from './mac.js';
import type { SigningKey, SigningKeys } from './signing-keys.js';
import { SigningKeyMissingError } from './trust.errors.js';

export interface KeyedSignerOptions {
  /** Durable name of this service: it signs for no other. */
  readonly service: string;
  readonly keys: SigningKeys;
  /** Signed claim sets that are remembered, at least. @default 1000 */
  readonly cacheSize?: number;
}

/**
 * Seals with configured keys, by HMAC-SHA-256 and at once. A claim set is signed when it is met first, which is once per correlation and audience; each message costs
 * one MAC.
 */
export class KeyedMessageSigner implements MessageSigner {
  private readonly service: string;
  private readonly key: SigningKey;
  private readonly signed: BoundedCache<string>;

  constructor({ service, keys, cacheSize = 1_000 }: KeyedSignerOptions) {
    const key = keys.signing(service);
    if (key === undefined)
      throw new SigningKeyMissingError(service, 'no key is configured for it. Give it one, at least 32 bytes of chance.');
    this.service = service;
    this.key = key;
    this.signed = new BoundedCache(cacheSize);
  }

  seal(message: SealedMessage, principal: Principal): MessageSeal {
    const { producer } = message;
    if (producer !== this.service) throw new SigningKeyMissingError(producer, `this process signs for "${this.service}".`);
    const text = this.textOf(writeClaims(principal));
    return { principal: text, mac: `v1.${this.key.id}.${sealMac(this.key, message, text).toString('base64url')}` };
  }

  private textOf(claims: string): string {
    const known = this.signed.get(claims);
    if (known !== undefined) return known;
    const text = `v1.${this.key.id}.${claimsMac(this.key, this.service, claims).toString('base64url')}.${claims}`;
    this.signed.set(claims, text);
    return text;
  }
}
