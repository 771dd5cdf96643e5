import { createHash, randomBytes } from 'node:crypto';
import { ownFile } from './own-file.mjs';
import { serviceNamed, SERVICES } from './services.mjs';

const secret = () => randomBytes(32).toString('base64url');

/**
 * What each process is told so that it knows the others and is known to them: where discovery and auth are, its own secret, and, for those two, what they know the secrets by.
 * Resolves to a function from the name of a service to variables of its environment.
 */
export function environments({ auth }) {
  const { content } = ownFile('secrets.json', () => ({
    services: Object.fromEntries(SERVICES.map(({ name }) => [name, secret()])),
    keyEncryption: secret(),
  }));
  const hash = (text) => createHash('sha256').update(text).digest('hex');
  const own = SERVICES.map(({ name }) => `${name}:${hash(content.services[name])}`);
  // Services of somebody's own beside those of the shop.
  const known = [...own, ...(process.env.MINOS_SERVICES ? [process.env.MINOS_SERVICES] : [])].join(',');
  return (name) => ({
    DISCOVERY_URL: serviceNamed('discovery').base,
    MINOS_SERVICE_SECRET: content.services[name],
    ...(auth ? { AUTH_URL: serviceNamed('auth').base } : {}),
    ...(name === 'discovery' || name === 'auth' ? { MINOS_SERVICES: known } : {}),
    ...(name === 'auth' ? { AUTH_KEY_ENCRYPTION_KEY: content.keyEncryption } : {}),
  });
}
