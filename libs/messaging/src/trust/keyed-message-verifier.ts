import {
  MOST_CLAIM_BYTES,
  readClaims,
  BoundedCache,
  type MessageSeal,
  type MessageVerifier,
  type Principal,
  type SealedMessage,
} from '@minos/common';
import { shownText } from '../errors/shown-text.js';
import { claimsMac, isMac, sealMac } from './mac.js';
import type { SigningKey, SigningKeys } from './signing-keys.js';
import { PrincipalRefusedError } from './trust.errors.js';

export interface KeyedVerifierOptions {
  /** Durable name of this service: it takes claim sets that are meant for it, or for any. */
  readonly service: string;
  readonly keys: SigningKeys;
  /** Verified claim sets that are remembered, at least. @default 1000 */
  readonly cacheSize?: number;
}

interface Verified {
  readonly producer: string;
  readonly principal: Principal;
}

/** The last of 43 letters has two bits too many: only one way to write a MAC is taken. */
const SEAL = /^v1\.([\w-]{1,64})\.([\w-]{42}[AEIMQUYcgkosw048])$/;
const CLAIMS = /^v1\.([\w-]{1,64})\.([\w-]{42}[AEIMQUYcgkosw048])\.(?=\{)/;
/** Version, key id and MAC. */
const MOST_TEXT = MOST_CLAIM_BYTES + 120;

/**
 * Verifies what {@link KeyedMessageSigner} sealed, at once: the seal of each message, a claim set when it is met first. Only the keys of exactly the producer count, and
 * the form is fixed: a version, an algorithm or a claim that is not known is refused, never passed over.
 */
export class KeyedMessageVerifier implements MessageVerifier {
  private readonly service: string;
  private readonly keys: SigningKeys;
  private readonly verified: BoundedCache<Verified>;

  constructor({ service, keys, cacheSize = 1_000 }: KeyedVerifierOptions) {
    this.service = service;
    this.keys = keys;
    this.verified = new BoundedCache(cacheSize);
  }

  verifyMessage(message: SealedMessage, { principal, mac }: MessageSeal): Principal {
    const { producer } = message;
    if (principal.length > MOST_TEXT) throw new PrincipalRefusedError(producer, 'its claim set is too long');
    const [, id, found] = SEAL.exec(mac) ?? [];
    if (id === undefined || found === undefined) throw new PrincipalRefusedError(producer, 'its seal has not the form v1.<key id>.<mac>');
    if (!isMac(sealMac(this.keyOf(producer, id), message, principal), found)) {
      throw new PrincipalRefusedError(producer, 'its seal does not belong to this message, or was made with another key');
    }
    return this.verifyClaims(producer, principal);
  }

  verifyClaims(producer: string, principal: string): Principal {
    const known = this.verified.get(principal);
    if (known?.producer === producer) return known.principal;
    const taken = this.take(producer, principal);
    this.verified.set(principal, { producer, principal: taken });
    return taken;
  }

  private take(producer: string, text: string): Principal {
    const [head, id, found] = (text.length > MOST_TEXT ? undefined : CLAIMS.exec(text)) ?? [];
    if (head === undefined || id === undefined || found === undefined) {
      throw new PrincipalRefusedError(producer, 'its claim set has not the form v1.<key id>.<mac>.<claims>');
    }
    const claims = text.slice(head.length);
    if (!isMac(claimsMac(this.keyOf(producer, id), producer, claims), found)) {
      throw new PrincipalRefusedError(producer, 'its claim set was not signed by it');
    }
    const principal = readClaims(claims, { exact: true });
    if ('fault' in principal) throw new PrincipalRefusedError(producer, `its claims cannot be read: ${principal.fault}`);
    this.demandAudience(producer, principal);
    return principal;
  }

  private keyOf(producer: string, id: string): SigningKey {
    const key = this.keys.verifying(producer, id);
    if (key !== undefined) return key;
    throw new PrincipalRefusedError(producer, `no key ${shownText(id)} of it is known here`);
  }

  private demandAudience(producer: string, { audience }: Principal): void {
    if (audience.includes('*') || audience.includes(this.service)) return;
    throw new PrincipalRefusedError(producer, `its claim set is meant for ${shownText(audience.join(', '))}, not for "${this.service}"`);
  }
}
