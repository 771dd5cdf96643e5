import { calculateJwkThumbprint } from 'jose';
import { MOST_KIDS } from '../../messages/most-kids.js';
import type { MessageKeyStore, StoredMessageKey } from '../contracts/message-keys.js';
import { publicEcKey } from './public-ec-key.js';
import { ServiceKeyRefusedError } from './service.errors.js';

const KID = /^[A-Za-z0-9_-]{43}$/;

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

  /** Those of the ids that are registered, in any order. `kids` are at most 1,000 ids. Rejects with `SERVICE_KEY_REFUSED`. */
  async find(kids: unknown): Promise<readonly StoredMessageKey[]> {
    if (!areKids(kids)) throw new ServiceKeyRefusedError('kids', `must be a list of 1 to ${MOST_KIDS} ids of keys`);
    return this.store.find(kids);
  }

  /** The one of an id; `undefined` where nobody has registered it, also where no key can have such an id. */
  async findOne(kid: string): Promise<StoredMessageKey | undefined> {
    return areKids([kid]) ? (await this.store.find([kid]))[0] : undefined;
  }
}

function areKids(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) && value.length > 0 && value.length <= MOST_KIDS && value.every((kid) => typeof kid === 'string' && KID.test(kid))
  );
}
