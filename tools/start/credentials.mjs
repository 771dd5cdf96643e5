import { createHash, randomBytes } from 'node:crypto';
import { ownFile } from './own-file.mjs';
import { serviceNamed, SERVICES } from './services.mjs';

export const secret = () => randomBytes(32).toString('base64url');

/**
 * What a process is told so that it is known to the others: its own secret, and, for discovery and auth, what they know the secrets by. Made once for a checkout.
 * @returns {Record<string, string>}
 */
export function secretsOf(name) {
  const { content } = ownFile('secrets.json', () => ({
    services: Object.fromEntries(SERVICES.map((service) => [service.name, secret()])),
    keyEncryption: secret(),
  }));
  const hash = (text) => createHash('sha256').update(text).digest('hex');
  const own = SERVICES.map((service) => `${service.name}:${hash(content.services[service.name])}`);
  // Services of somebody's own beside those of the shop.
  const known = [...own, ...(process.env.MINOS_SERVICES ? [process.env.MINOS_SERVICES] : [])].join(',');
  return {
    MINOS_SERVICE_SECRET: content.services[name],
    ...(name === 'discovery' || name === 'auth' ? { MINOS_SERVICES: known } : {}),
    ...(name === 'auth' ? { AUTH_KEY_ENCRYPTION_KEY: content.keyEncryption } : {}),
  };
}

/** The secrets of a process, and where it finds discovery and auth. */
export function environmentOf(name, { auth }) {
  return {
    DISCOVERY_URL: serviceNamed('discovery').base,
    ...(auth ? { AUTH_URL: serviceNamed('auth').base } : {}),
    ...secretsOf(name),
  };
}
