import { createHash, timingSafeEqual } from 'node:crypto';
import type { ServiceCredential, ServiceCredentialVerifier } from '../contracts/service-credentials.js';
import { ServicesInvalidError } from './credentials.errors.js';

const SERVICE = /^[a-z][a-z0-9-]{0,62}$/;
const DIGEST = /^[0-9a-f]{64}$/i;

/** Compared where the service is unknown, so that this takes as long; nothing has it as its SHA-256 that anybody knows. */
const NOBODY = Buffer.alloc(32);

/** Knows services by the SHA-256 of their secrets, so that the list itself lets nobody in. A secret is chance, not a password: one hash is enough. */
export class ConfiguredServiceCredentials implements ServiceCredentialVerifier {
  private readonly digests: ReadonlyMap<string, Buffer>;

  /** `services`: SHA-256 in hex, by service. Throws `SERVICES_INVALID`. */
  constructor(services: Readonly<Record<string, string>>) {
    const faults = Object.entries(services).flatMap(([service, digest]) => faultOf(service, digest));
    if (faults.length > 0) throw new ServicesInvalidError(faults);
    this.digests = new Map(Object.entries(services).map(([service, digest]) => [service, Buffer.from(digest, 'hex')]));
  }

  /** Of a list such as `order:<hex>,product:<hex>`: the form of MINOS_SERVICES. Throws `SERVICES_INVALID`. */
  static parse(list: string): ConfiguredServiceCredentials {
    const entries = list.split(',').map((entry) => entry.trim().split(':') as [string, string?]);
    const names = entries.map(([name]) => name);
    const twice = names.filter((name, index) => names.indexOf(name) !== index).map((name) => `"${name}" stands there twice`);
    if (twice.length > 0) throw new ServicesInvalidError(twice);
    return new ConfiguredServiceCredentials(Object.fromEntries(entries.map(([name, ...digest]) => [name, digest.join(':')])));
  }

  /** The services, in the order in which they were given. */
  get services(): readonly string[] {
    return [...this.digests.keys()];
  }

  verify({ service, secret }: ServiceCredential): boolean {
    const known = this.digests.get(service);
    const same = timingSafeEqual(createHash('sha256').update(secret).digest(), known ?? NOBODY);
    return same && known !== undefined;
  }
}

function faultOf(service: string, digest: string): string[] {
  return [
    ...(SERVICE.test(service) ? [] : [`"${service.slice(0, 64)}" is no name of a service`]),
    ...(DIGEST.test(digest) ? [] : [`what stands behind "${service.slice(0, 64)}" is no SHA-256 in hex`]),
  ];
}
