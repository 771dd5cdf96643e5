import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { KeyEncryptionKeyWrongError } from './key.errors.js';

const VERSION = 1;
const NONCE = 12;
const TAG = 16;

/**
 * Encrypts private keys with AES-256-GCM, bound to their `kid`, so that no row can take the place of another. The first key encrypts; all are tried to decrypt, so that a key can be replaced.
 */
export class KeyCipher {
  constructor(private readonly keys: readonly Buffer[]) {}

  encrypt(kid: string, plain: Buffer): Buffer {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', this.keys[0] as Buffer, nonce).setAAD(Buffer.from(kid));
    const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), sealed]);
  }

  /** Throws `KEY_ENCRYPTION_KEY_WRONG` where no key fits. */
  decrypt(kid: string, sealed: Buffer): Buffer {
    for (const key of sealed[0] === VERSION ? this.keys : []) {
      const plain = open(key, kid, sealed);
      if (plain !== undefined) return plain;
    }
    throw new KeyEncryptionKeyWrongError(kid);
  }
}

function open(key: Buffer, kid: string, sealed: Buffer): Buffer | undefined {
  const nonce = sealed.subarray(1, 1 + NONCE);
  const tag = sealed.subarray(1 + NONCE, 1 + NONCE + TAG);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG }).setAAD(Buffer.from(kid)).setAuthTag(tag);
    return Buffer.concat([decipher.update(sealed.subarray(1 + NONCE + TAG)), decipher.final()]);
  } catch {
    return undefined;
  }
}
