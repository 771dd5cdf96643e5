import { OptionsInvalidError, type OptionFault } from '@minos/common';
import type { SigningKeyOptions, SigningKeysOptions } from './trust.options.js';

/** The environment variable that {@link parseSigningKeys} reads. */
export const SIGNING_KEYS_VARIABLE = 'MINOS_SIGNING_KEYS';

const ENTRY = /^([^:]+):([^:]+):([A-Za-z0-9+/_-]+={0,2})$/;

/**
 * Keys in one line, as an environment variable has them: `service:id:secret`, separated by commas, the secret as base64 or base64url. The first of a service signs.
 * Throws `OPTIONS_INVALID` without showing what it found.
 */
export function parseSigningKeys(text: string): SigningKeysOptions {
  const keys = new Map<string, SigningKeyOptions[]>();
  const faults: OptionFault[] = [];
  for (const [index, entry] of text.split(',').entries()) {
    const [, service = '', id = '', secret = ''] = ENTRY.exec(entry.trim()) ?? [];
    if (service === '') faults.push({ path: `entry ${index + 1}`, message: 'is not service:id:secret with the secret as base64' });
    else keys.set(service, [...(keys.get(service) ?? []), { id, secret: Buffer.from(secret, 'base64') }]);
  }
  if (faults.length > 0) throw new OptionsInvalidError(SIGNING_KEYS_VARIABLE, faults);
  return Object.fromEntries(keys);
}
