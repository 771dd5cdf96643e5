import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { BoundedCache } from '@minos/common';

export interface SigningKey {
  readonly id: string;
  readonly secret: KeyObject;
}

/** Which key signs for a service, and with which ones messages of a service are verified. */
export interface SigningKeys {
  signing(service: string): SigningKey | undefined;
  verifying(service: string, id: string): SigningKey | undefined;
}

/** Keys in memory: the first of a service signs, each of them verifies. */
export class ConfiguredSigningKeys implements SigningKeys {
  constructor(private readonly keys: ReadonlyMap<string, readonly SigningKey[]>) {}

  signing(service: string): SigningKey | undefined {
    return this.keys.get(service)?.[0];
  }

  verifying(service: string, id: string): SigningKey | undefined {
    return this.keys.get(service)?.find((key) => key.id === id);
  }
}

const DEVELOPMENT = 'development';

/** Keys that everybody knows, one for each service: development runs the same code as production and needs no set-up. They protect nothing. */
export class DevelopmentSigningKeys implements SigningKeys {
  private readonly keys = new BoundedCache<SigningKey>(1_000);

  signing(service: string): SigningKey {
    const known = this.keys.get(service);
    if (known !== undefined) return known;
    const secret = createSecretKey(createHmac('sha256', 'minos.development').update(service).digest());
    const key = { id: DEVELOPMENT, secret };
    this.keys.set(service, key);
    return key;
  }

  verifying(service: string, id: string): SigningKey | undefined {
    return id === DEVELOPMENT ? this.signing(service) : undefined;
  }
}
