import { createHash, timingSafeEqual } from 'node:crypto';
import type { ServiceCredential, ServiceCredentialVerifier } from '../../contracts/service-credentials.js';

const ENTRY = /^([a-z][a-z0-9-]{0,62}):([0-9a-f]{64})$/;

/** The services in a text such as `order:<sha-256 of its secret in hex>,product:<hex>`; `undefined` where it is none. */
export function parseServices(text: string): ReadonlyMap<string, Buffer> | undefined {
  const entries = text.split(',').map((part) => ENTRY.exec(part.trim()));
  if (entries.some((entry) => entry === null)) return undefined;
  return new Map(entries.map((entry) => [entry?.[1] ?? '', Buffer.from(entry?.[2] ?? '', 'hex')]));
}

/** Knows services by the SHA-256 of their secrets. An unknown service is compared with the hash of nothing, so that it takes as long as a wrong secret. */
export class RegisteredServices implements ServiceCredentialVerifier {
  private readonly nobody = createHash('sha256').update('').digest();

  constructor(private readonly services: ReadonlyMap<string, Buffer>) {}

  verify({ service, secret }: ServiceCredential): boolean {
    const known = this.services.get(service);
    const same = timingSafeEqual(createHash('sha256').update(secret).digest(), known ?? this.nobody);
    return same && known !== undefined;
  }
}
