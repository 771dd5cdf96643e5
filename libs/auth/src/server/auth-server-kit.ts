import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '@minos/common';
import { VirtualClock } from '@minos/common/testing';
import { AuthServer } from './auth-server.js';
import { type AuthServerOptions, resolveAuthServerOptions } from './auth-server.options.js';
import type { AuthStorage } from './contracts/storage.js';
import { memoryAuthStorage } from './memory/memory-auth-storage.js';
import type { Argon2 } from './passwords/password-hasher.js';

/** Replicas share it, as they do in production. */
export const KEY_ENCRYPTION_KEY = '11'.repeat(32);

/** Hashes at once and counts, so that a test can compare what two requests cost. */
export class CountingArgon2 implements Argon2 {
  readonly calls: string[] = [];

  async hash(password: string, { memoryCost, timeCost, parallelism }: Parameters<Argon2['hash']>[1]): Promise<string> {
    this.calls.push('hash');
    const salt = randomBytes(8).toString('hex');
    return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${salt}$${digest(salt, password)}`;
  }

  async verify(hash: string, password: string): Promise<boolean> {
    const [, , , parameters = '', salt = '', expected = ''] = hash.split('$');
    this.calls.push(`verify ${parameters}`);
    return digest(salt, password) === expected;
  }
}

export interface AuthServerUnderTest {
  readonly server: AuthServer;
  readonly storage: AuthStorage;
  readonly clock: VirtualClock;
  readonly argon2: CountingArgon2;
}

/** The server in memory, on a clock that the test moves. */
export async function startedServer(options: AuthServerOptions = {}): Promise<AuthServerUnderTest> {
  const clock = new VirtualClock(new Date('2026-05-01T00:00:00Z'));
  const [storage, argon2] = [memoryAuthStorage(clock), new CountingArgon2()];
  const server = serverOn(storage, clock, { options, argon2 });
  await server.keys.start();
  await server.hasher.prepare();
  argon2.calls.length = 0;
  return { server, storage, clock, argon2 };
}

export function serverOn(storage: AuthStorage, clock: Clock, parts: { options?: AuthServerOptions; argon2?: Argon2 } = {}): AuthServer {
  const { options = {}, argon2 = new CountingArgon2() } = parts;
  const resolved = resolveAuthServerOptions({ keyEncryptionKey: KEY_ENCRYPTION_KEY, ...options }, {});
  return new AuthServer({ storage, clock, argon2, service: 'auth', inMemory: false }, resolved);
}

const digest = (salt: string, password: string): string => createHash('sha256').update(`${salt} ${password}`).digest('hex');
