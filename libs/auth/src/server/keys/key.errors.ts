import { MinosError } from '@minos/common';

/** Production has no key for the private keys in the database. */
export class KeyEncryptionKeyMissingError extends MinosError {
  readonly code = 'KEY_ENCRYPTION_KEY_MISSING' as const;
  readonly retryable = false;

  constructor() {
    super(
      'AUTH_KEY_ENCRYPTION_KEY is not set: the private keys in the database are encrypted with it, and production makes none up. ' +
        'Give 32 random bytes as base64 or hex, for example from "openssl rand -base64 32", the same to every replica.',
    );
  }
}

/** The private key of a row can be decrypted with none of the given keys. */
export class KeyEncryptionKeyWrongError extends MinosError {
  readonly code = 'KEY_ENCRYPTION_KEY_WRONG' as const;
  readonly retryable = false;

  constructor(kid: string) {
    super(
      `The private key ${kid} can be decrypted with none of the keys in AUTH_KEY_ENCRYPTION_KEY. Give the key that it was encrypted with (several are separated by commas; the first ` +
        'encrypts new ones). Where it is lost, run "npx minos auth rotate-keys --compromised" with the new one: everybody has to refresh then.',
      { details: { kid } },
    );
  }
}

/** No key to sign with is known, and the store cannot be read. */
export class SigningKeyUnavailableError extends MinosError {
  readonly code = 'SIGNING_KEY_UNAVAILABLE' as const;
  readonly retryable = true;

  constructor() {
    super('There is no key to sign tokens with: the first key is made when the server starts.');
  }
}
