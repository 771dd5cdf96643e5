import {
  BoundedCache,
  MOST_CLAIM_BYTES,
  type MessageSeal,
  type MessageVerifier,
  type Principal,
  readClaims,
  type SealedMessage,
} from '@minos/common';
import type { PublishedMessageKey } from './message-key-lookup.js';
import { isPromise } from '../verification/is-promise.js';
import { isSigned } from '../verification/signature.js';
import { leafOf, rootOf } from './hash-tree.js';
import { MessageRefusedError } from './message.errors.js';
import { batchStatement, claimsStatement, sealStatement } from './statements.js';

/** Finds the key of a producer by its id; `undefined` is one that does not exist. */
export type FindMessageKey = (kid: string) => PublishedMessageKey | undefined | Promise<PublishedMessageKey | undefined>;

export interface SignedMessageVerifierOptions {
  /** Durable name of this service: it takes claim sets that are meant for it, or for any. */
  readonly service: string;
  readonly find: FindMessageKey;
}

interface Verified {
  readonly producer: string;
  readonly principal: Principal;
}

/** Only one way to write each part is taken: ids and hashes have 43 letters, signatures 86, and no last letter has bits too many. */
const HASH = '[\\w-]{42}[AEIMQUYcgkosw048]';
const SIGNATURE = '[\\w-]{85}[AQgw]';
const SEAL = new RegExp(`^v2\\.(${HASH})\\.(0|[1-9]\\d{0,2})\\.((?:${HASH}){0,8})\\.(${SIGNATURE})$`);
const CLAIMS = new RegExp(`^v2\\.(${HASH})\\.(${SIGNATURE})\\.(?=\\{)`);
const LETTERS = 43;
const REMEMBERED = 1_000;
/** Version, key and signature. */
const MOST_TEXT = MOST_CLAIM_BYTES + 200;

/** Verifies what {@link SignedMessageSigner} sealed. A batch and a claim set are verified when they are met first; only keys of exactly the producer count. */
export class SignedMessageVerifier implements MessageVerifier {
  private readonly claims = new BoundedCache<Verified>(REMEMBERED);
  /** Roots whose signature is good. */
  private readonly batches = new BoundedCache<true>(REMEMBERED);

  constructor(private readonly options: SignedMessageVerifierOptions) {}

  verifyMessage(message: SealedMessage, { principal, mac }: MessageSeal): Principal | Promise<Principal> {
    const { producer } = message;
    if (principal.length > MOST_TEXT) throw new MessageRefusedError(producer, 'its claim set is too long');
    const [, kid, index, path = '', signature] = SEAL.exec(mac) ?? [];
    if (kid === undefined || signature === undefined) throw new MessageRefusedError(producer, 'its seal has not the form of a signed one');
    return this.withKey(producer, kid, (key) => {
      const { text, body } = sealStatement(kid, message, principal);
      const root = rootOf(leafOf(text, body), { index: Number(index), beside: hashesOf(path) })?.toString('base64url');
      if (root === undefined || !this.isBatch(key, root, signature))
        throw new MessageRefusedError(producer, 'its seal does not belong to this message');
      return this.verifyClaims(producer, principal);
    });
  }

  verifyClaims(producer: string, principal: string): Principal | Promise<Principal> {
    const known = this.claims.get(principal);
    if (known?.producer === producer) return known.principal;
    const [head, kid, signature] = (principal.length > MOST_TEXT ? undefined : CLAIMS.exec(principal)) ?? [];
    if (head === undefined || kid === undefined || signature === undefined)
      throw new MessageRefusedError(producer, 'its claim set has not the form of a signed one');
    return this.withKey(producer, kid, (key) => {
      const claims = principal.slice(head.length);
      if (!isSigned(key, claimsStatement(kid, producer, claims), Buffer.from(signature, 'base64url')))
        throw new MessageRefusedError(producer, 'its claim set was not signed by it');
      return this.take(producer, principal, claims);
    });
  }

  private take(producer: string, text: string, claims: string): Principal {
    const principal = readClaims(claims, { exact: true });
    if ('fault' in principal) throw new MessageRefusedError(producer, `its claims cannot be read: ${principal.fault}`);
    const { audience } = principal;
    if (!audience.includes('*') && !audience.includes(this.options.service))
      throw new MessageRefusedError(producer, 'its claim set is meant for another service');
    this.claims.set(text, { producer, principal });
    return principal;
  }

  private isBatch(key: PublishedMessageKey, root: string, signature: string): boolean {
    const place = `${key.kid}.${root}.${signature}`;
    if (this.batches.get(place) !== undefined) return true;
    const good = isSigned(key, batchStatement(key.kid, key.service, root), Buffer.from(signature, 'base64url'));
    if (good) this.batches.set(place, true);
    return good;
  }

  private withKey(
    producer: string,
    kid: string,
    work: (key: PublishedMessageKey) => Principal | Promise<Principal>,
  ): Principal | Promise<Principal> {
    const use = (key: PublishedMessageKey | undefined): Principal | Promise<Principal> => {
      if (key === undefined) throw new MessageRefusedError(producer, 'its key is not known');
      if (key.service !== producer) throw new MessageRefusedError(producer, 'its key is that of another service');
      return work(key);
    };
    const found = this.options.find(kid);
    return isPromise(found) ? found.then(use) : use(found);
  }
}

function hashesOf(path: string): Buffer[] {
  return Array.from({ length: path.length / LETTERS }, (_, at) => Buffer.from(path.slice(at * LETTERS, (at + 1) * LETTERS), 'base64url'));
}
