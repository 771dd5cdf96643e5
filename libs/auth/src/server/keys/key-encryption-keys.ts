import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { KeyEncryptionKeyMissingError } from './key.errors.js';

const BYTES = 32;

/** The keys in a text: base64, base64url or hex of 32 bytes, separated by commas. `undefined` where one is none. */
export function parseKeyEncryptionKeys(text: string): readonly Buffer[] | undefined {
  const keys = text.split(',').map((part) => bytesOf(part.trim()));
  return keys.every((key) => key?.length === BYTES) ? (keys as Buffer[]) : undefined;
}

/**
 * The keys to use: those that are given; in production nothing else. Elsewhere those of a file in `.minos`, made where there is none; `.minos` is the nearest one upwards from `folder`, as the
 * data of the embedded server is, so that the commands find the same one.
 */
export function keyEncryptionKeys(given: string | undefined, production: boolean, folder = process.cwd()): readonly Buffer[] {
  if (given !== undefined) return parseKeyEncryptionKeys(given) ?? [];
  if (production) throw new KeyEncryptionKeyMissingError();
  return [developmentKey(join(minosFolder(folder), 'auth', 'key-encryption-key'))];
}

function bytesOf(text: string): Buffer | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  return /^[A-Za-z0-9+/_-]{43}=?$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}

function minosFolder(from: string): string {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const candidate = join(folder, '.minos');
    if (existsSync(candidate)) return candidate;
    if (dirname(folder) === folder) return join(resolve(from), '.minos');
  }
}

/** Of several processes that start at once one makes the file, and all read it. */
function developmentKey(file: string): Buffer {
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(file, randomBytes(BYTES).toString('base64'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return Buffer.from(readFileSync(file, 'utf8'), 'base64');
}
