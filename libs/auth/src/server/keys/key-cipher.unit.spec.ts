import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyCipher } from './key-cipher.js';
import { keyEncryptionKeys, parseKeyEncryptionKeys } from './key-encryption-keys.js';

describe('KeyCipher', () => {
  const [first, second] = [randomBytes(32), randomBytes(32)];
  const plain = Buffer.from('a private key');

  it('opens what it has sealed, never twice the same', () => {
    const cipher = new KeyCipher([first]);
    const sealed = cipher.encrypt('kid', plain);
    expect(sealed.includes(plain)).toBe(false);
    expect(cipher.encrypt('kid', plain).equals(sealed)).toBe(false);
    expect(cipher.decrypt('kid', sealed)).toEqual(plain);
  });

  it('goes on with old keys while a new one takes over', () => {
    const sealed = new KeyCipher([first]).encrypt('kid', plain);
    const both = new KeyCipher([second, first]);
    expect(both.decrypt('kid', sealed)).toEqual(plain);
    expect(new KeyCipher([second]).decrypt('kid', both.encrypt('kid', plain))).toEqual(plain);
  });

  it('refuses another key, another row, and what was changed', () => {
    const cipher = new KeyCipher([first]);
    const sealed = cipher.encrypt('kid', plain);
    const wrong = expect.objectContaining({ code: 'KEY_ENCRYPTION_KEY_WRONG' });
    expect(() => new KeyCipher([second]).decrypt('kid', sealed)).toThrow(wrong);
    expect(() => cipher.decrypt('other', sealed)).toThrow(wrong);
    for (const at of [0, 5, 20, sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => cipher.decrypt('kid', changed)).toThrow(wrong);
    }
    expect(() => cipher.decrypt('kid', Buffer.alloc(0))).toThrow(wrong);
  });
});

describe('keys that private keys are encrypted with', () => {
  const key = randomBytes(32);

  it('are read as base64, base64url or hex, several with commas', () => {
    for (const form of ['base64', 'base64url', 'hex'] as const) expect(parseKeyEncryptionKeys(key.toString(form))).toEqual([key]);
    expect(parseKeyEncryptionKeys(`${key.toString('hex')}, ${key.toString('base64')}`)).toEqual([key, key]);
    for (const wrong of ['', 'x', key.toString('hex').slice(2), `${key.toString('hex')},`, randomBytes(16).toString('base64')])
      expect(parseKeyEncryptionKeys(wrong)).toBeUndefined();
  });

  it('are demanded in production, and kept in a file for the owner alone elsewhere', () => {
    const folder = mkdtempSync(join(tmpdir(), 'minos-auth-'));
    try {
      expect(() => keyEncryptionKeys(undefined, true, folder)).toThrow(expect.objectContaining({ code: 'KEY_ENCRYPTION_KEY_MISSING' }));
      expect(keyEncryptionKeys(key.toString('hex'), true, folder)).toEqual([key]);
      const made = keyEncryptionKeys(undefined, false, folder);
      expect(keyEncryptionKeys(undefined, false, join(folder, '.minos', '..'))).toEqual(made);
      expect(made[0]).toHaveLength(32);
      expect(statSync(join(folder, '.minos', 'auth', 'key-encryption-key')).mode & 0o777).toBe(0o600);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
