import { createSecretKey } from 'node:crypto';
import { OptionField, validateOptions, type OptionFault, type OptionOutcome } from '@minos/common';
import { ConfiguredSigningKeys, type SigningKey, type SigningKeys } from './signing-keys.js';

export interface SigningKeyOptions {
  /** Names the key in seals: letters, digits, `-` and `_`, at most 64. Never give it to another key. */
  readonly id: string;
  /** At least 32 bytes; a text counts by its UTF-8. */
  readonly secret: string | Uint8Array;
}

/** By the durable name of a service: its own keys, and those of every service whose messages it handles. The first signs, all verify. */
export type SigningKeysOptions = Readonly<Record<string, readonly SigningKeyOptions[]>>;

export interface TrustOptions {
  /** @default none: messages are neither signed nor verified, and carry no principal */
  readonly keys?: SigningKeysOptions;
  /** The service that may publish a name, where it is not the one that owns the channel or the command; `*` for any. @default none */
  readonly owners?: Readonly<Record<string, string>>;
}

export interface TrustSettings {
  readonly keys: SigningKeys | undefined;
  readonly owners: ReadonlyMap<string, string>;
}

export const LEAST_SECRET_BYTES = 32;
const KEY_ID = /^[\w-]{1,64}$/;

const FIELDS = {
  keys: new OptionField<ReadonlyMap<string, readonly SigningKey[]>>(takeServices).secret().optional(),
  owners: new OptionField<ReadonlyMap<string, string>>(takeOwners).default({}),
};

/** Reads keys and owners; throws `OPTIONS_INVALID` naming all faults at once, and no secret. */
export function resolveTrustOptions(options: TrustOptions = {}): TrustSettings {
  const { keys, owners } = validateOptions('trust', FIELDS, options);
  return { keys: keys === undefined ? undefined : new ConfiguredSigningKeys(keys), owners };
}

function takeServices(value: unknown, path: string): OptionOutcome<ReadonlyMap<string, readonly SigningKey[]>> {
  if (!isRecord(value)) return { expected: 'the keys of services by their names, each a list of { id, secret }' };
  const faults: OptionFault[] = [];
  const taken = Object.entries(value).map(([service, keys]) => [service, takeKeys(keys, `${path}.${service}`, faults)] as const);
  return faults.length > 0 ? { faults } : { value: new Map(taken) };
}

function takeKeys(value: unknown, path: string, faults: OptionFault[]): readonly SigningKey[] {
  if (!Array.isArray(value) || value.length === 0) {
    faults.push({ path, message: 'give a list of { id, secret } with one key at least; the first signs' });
    return [];
  }
  const ids = new Set<unknown>();
  return value.flatMap((given: unknown, index): SigningKey[] => {
    const { id, secret } = isRecord(given) ? given : {};
    const found = faultsOfKey(id, secret, ids.has(id));
    ids.add(id);
    faults.push(...found.map((message) => ({ path: `${path}[${index}]`, message })));
    return found.length > 0 ? [] : [{ id: id as string, secret: createSecretKey(bytesOf(secret) as Uint8Array) }];
  });
}

function faultsOfKey(id: unknown, secret: unknown, repeated: boolean): string[] {
  const faults = typeof id === 'string' && KEY_ID.test(id) ? [] : ['its id is not 1 to 64 letters, digits, "-" and "_"'];
  if (repeated) faults.push('its id is that of another key of this service: seals could not tell them apart');
  const length = bytesOf(secret)?.byteLength;
  if (length === undefined) faults.push('its secret is neither text nor bytes');
  else if (length < LEAST_SECRET_BYTES) faults.push(`its secret has ${length} bytes; give at least ${LEAST_SECRET_BYTES} bytes of chance`);
  return faults;
}

function bytesOf(secret: unknown): Uint8Array | undefined {
  if (typeof secret === 'string') return Buffer.from(secret);
  return secret instanceof Uint8Array ? secret : undefined;
}

function takeOwners(value: unknown, path: string): OptionOutcome<ReadonlyMap<string, string>> {
  if (!isRecord(value)) return { expected: 'services by the names that they publish' };
  const entries = Object.entries(value);
  const faults = entries
    .filter(([, owner]) => typeof owner !== 'string' || owner === '')
    .map(([name]) => ({ path: `${path}.${name}`, message: 'give the name of a service, or "*"' }));
  return faults.length > 0 ? { faults } : { value: new Map(entries as [string, string][]) };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
