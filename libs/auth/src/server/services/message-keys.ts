import { calculateJwkThumbprint } from 'jose';
import type { MessageKeyStore, StoredMessageKey } from '../contracts/message-keys.js';
import { publicEcKey } from './public-ec-key.js';
import { ServiceKeyRefusedError } from './service.errors.js';

/** The public keys that services sign their messages with, one of each process. Any service may register and ask: what counts is whose key it is. */
export class MessageKeys {
  constructor(private readonly store: MessageKeyStore) {}

  /** Idempotent. Rejects with `SERVICE_KEY_REFUSED`. */
  async register(service: string, jwk: unknown): Promise<{ readonly kid: string }> {
    const publicJwk = await publicEcKey(jwk);
    const kid = await calculateJwkThumbprint(publicJwk);
    if (!(await this.store.put({ kid, service, publicJwk }))) throw new ServiceKeyRefusedError('jwk', 'is of another service');
    return { kid };
  }

  find(kid: string): Promise<StoredMessageKey | undefined> {
    return this.store.find(kid);
  }
}
