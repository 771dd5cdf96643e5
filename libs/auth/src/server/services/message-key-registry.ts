import { calculateJwkThumbprint } from 'jose';
import type { MessageKeyStore, StoredMessageKey } from '../contracts/message-keys.js';
import { publicEcKey } from './public-ec-key.js';
import { ServiceKeyRefusedError } from './service.errors.js';

const KID = /^[A-Za-z0-9_-]{43}$/;
const MOST_KIDS = 100;
const LONGEST_LIST = MOST_KIDS * 44;

/** The public keys that services sign their messages with, one of each process. Any service may register and ask: what counts is whose key it is. */
export class MessageKeyRegistry {
  constructor(private readonly store: MessageKeyStore) {}

  /** Idempotent. Rejects with `SERVICE_KEY_REFUSED`. */
  async register(service: string, jwk: unknown): Promise<{ readonly kid: string }> {
    const publicJwk = await publicEcKey(jwk);
    const kid = await calculateJwkThumbprint(publicJwk);
    if (!(await this.store.put({ kid, service, publicJwk }))) throw new ServiceKeyRefusedError('jwk', 'is of another service');
    return { kid };
  }

  /** Those of the ids that are registered, in any order. `kids` are at most 100 ids with commas. Rejects with `SERVICE_KEY_REFUSED`. */
  async find(kids: unknown): Promise<readonly StoredMessageKey[]> {
    const wanted = typeof kids === 'string' && kids.length <= LONGEST_LIST ? kids.split(',') : [];
    if (wanted.length === 0 || wanted.length > MOST_KIDS || !wanted.every((kid) => KID.test(kid)))
      throw new ServiceKeyRefusedError('kids', `must be 1 to ${MOST_KIDS} ids of keys with commas`);
    return this.store.find(wanted);
  }
}
