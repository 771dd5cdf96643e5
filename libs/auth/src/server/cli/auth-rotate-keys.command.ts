import { SystemClock } from '@minos/common';
import { type CliCommand, CliUsageError, Given, REQUESTER_OPTIONS, requesterOf } from '@minos/postgres';
import { KeyCipher } from '../keys/key-cipher.js';
import { keyEncryptionKeys, parseKeyEncryptionKeys } from '../keys/key-encryption-keys.js';
import { SigningKeys } from '../keys/signing-keys.js';
import { PostgresSigningKeyStore } from '../postgres/postgres-signing-key-store.js';

const SAID = {
  ahead:
    'It is published now and signs in 15 minutes, when everybody knows it; the keys before it stay published until their last token has ended.',
  now: 'It signs from now on; the keys before it stay published until their last token has ended.',
  compromised: 'It signs from now on. The keys before it are taken back, and all access tokens with them: clients have to refresh.',
};

export const AUTH_ROTATE_KEYS: CliCommand = {
  name: 'rotate-keys',
  summary: 'make the next key that access tokens are signed with',
  options: {
    now: { type: 'boolean', help: 'let it sign at once' },
    compromised: { type: 'boolean', help: 'let it sign at once, and take the keys before it back with all of their tokens' },
    by: REQUESTER_OPTIONS['by'] as NonNullable<(typeof REQUESTER_OPTIONS)[string]>,
  },
  run: async (context) => {
    const given = new Given(context.options);
    const how = given.flag('compromised') ? 'compromised' : given.flag('now') ? 'now' : 'ahead';
    const cipher = new KeyCipher(secrets(context.folder));
    const keys = new SigningKeys({ store: new PostgresSigningKeyStore(context.database()), cipher, clock: new SystemClock() });
    const kid = await keys.rotate(`cli:${requesterOf(given).by}`, how);
    context.print(`Made the key ${kid}. ${SAID[how]}`);
    return 0;
  },
};

/** From the environment, as the server has it; a command line would show it to everybody on the machine. */
function secrets(folder: string): readonly Buffer[] {
  const { AUTH_KEY_ENCRYPTION_KEY: text, NODE_ENV: mode } = process.env;
  const given = text === '' ? undefined : text;
  if (given !== undefined && parseKeyEncryptionKeys(given) === undefined)
    throw new CliUsageError('AUTH_KEY_ENCRYPTION_KEY must be 32 bytes as base64 or hex, several separated by commas.');
  return keyEncryptionKeys(given, mode === 'production', folder);
}
