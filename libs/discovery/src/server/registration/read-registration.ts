import type { Registration } from '../../contracts/index.js';
import { RegistrationInvalidError } from '../registry/registry.errors.js';
import { Faults, isRecord, readText } from './faults.js';
import { readEndpoints } from './read-endpoints.js';
import type { RegistrationLimits } from './registration-limits.js';

const KNOWN = ['address', 'version', 'metadata', 'endpoints', 'epoch'];
const SERVICE = /^[a-z][a-z0-9-]{0,62}$/;
const INSTANCE = /^[A-Za-z0-9][A-Za-z0-9._:-]*$/;

/** Reads a registration that came over the wire: names in one order, so that the same registration is the same text. Throws `REGISTRATION_INVALID`. */
export function readRegistration(body: unknown, limits: RegistrationLimits): Registration {
  const faults = new Faults();
  if (!isRecord(body)) throw new RegistrationInvalidError([{ path: 'body', message: 'is no object' }]);
  for (const name of Object.keys(body)) if (!KNOWN.includes(name)) faults.add(name, 'is not known here');
  const registration: Registration = {
    address: readText(body['address'], 'address', limits.value, faults),
    version: readText(body['version'] ?? '', 'version', limits.value, faults),
    metadata: readMetadata(body['metadata'] ?? {}, limits, faults),
    endpoints: readEndpoints(body['endpoints'] ?? [], limits, faults),
    epoch: readEpoch(body['epoch'], faults),
  };
  if (faults.all.length > 0) throw new RegistrationInvalidError(faults.all);
  return registration;
}

/** Throws `REGISTRATION_INVALID` where one of them can be no name. */
export function checkNames(service: string, instance: string, limits: RegistrationLimits): void {
  const faults = new Faults();
  if (!SERVICE.test(service))
    faults.add('service', 'is no name of a service: small letters, digits and hyphens, at most 63, a letter first');
  if (!INSTANCE.test(instance) || instance.length > limits.name)
    faults.add('instance', `is no id: letters, digits and . _ : - with at most ${limits.name} characters`);
  if (faults.all.length > 0) throw new RegistrationInvalidError(faults.all);
}

/** Throws `REGISTRATION_INVALID` where it is no whole number from 0. */
export function readEpochOf(value: unknown): number {
  const faults = new Faults();
  const epoch = readEpoch(value, faults);
  if (faults.all.length > 0) throw new RegistrationInvalidError(faults.all);
  return epoch;
}

function readEpoch(value: unknown, faults: Faults): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  return faults.add('epoch', 'is no whole number from 0') ?? 0;
}

function readMetadata(value: unknown, limits: RegistrationLimits, faults: Faults): Record<string, string> {
  if (!isRecord(value)) return faults.add('metadata', 'is no object') ?? {};
  const entries = Object.entries(value);
  if (entries.length > limits.metadata) return faults.add('metadata', `has more than ${limits.metadata} entries`) ?? {};
  return Object.fromEntries(
    entries
      .map(([name, text]) => [
        readText(name, 'metadata (a name)', limits.name, faults),
        readText(text, `metadata.${name.slice(0, limits.name)}`, limits.value, faults),
      ])
      .sort(([one = ''], [other = '']) => (one < other ? -1 : 1)) as [string, string][],
  );
}
