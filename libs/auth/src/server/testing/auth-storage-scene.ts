import { randomBytes, randomUUID } from 'node:crypto';
import type { Actor, NewAccount } from '../contracts/accounts.js';
import type { NewSession, SessionGrant } from '../contracts/sessions.js';
import type { AuthStorage } from '../contracts/storage.js';

/** An empty storage, and a way to let time pass on its clock. */
export interface AuthStorageUnderTest {
  readonly storage: AuthStorage;
  /** Lets so many milliseconds pass. */
  pass(milliseconds: number): Promise<void>;
  close?(): Promise<void>;
}

export const ACTOR: Actor = { subject: 'tester', address: '192.0.2.1' };
export const LIFE = { absolute: 86_400_000, idle: 3_600_000 };

export function newAccount(change: Partial<NewAccount> = {}): NewAccount {
  const id = randomUUID();
  return { id, tenant: '', email: `${id}@example.org`, passwordHash: 'hash-1', roles: [], ...change };
}

/** An account that is registered. */
export async function registered({ accounts }: AuthStorage, change: Partial<NewAccount> = {}): Promise<string> {
  return (await accounts.register(newAccount(change), ACTOR)).account.id;
}

export const newToken = (): Buffer => randomBytes(32);

export interface OpenSession {
  readonly grant: SessionGrant;
  readonly token: Buffer;
}

/** A session that is open. */
export async function opened({ sessions }: AuthStorage, accountId: string, change: Partial<NewSession> = {}): Promise<OpenSession> {
  const tokenHash = newToken();
  const session = { sessionId: randomUUID(), accountId, tokenHash, method: 'password', ...change };
  const grant = await sessions.open(session, LIFE);
  if (grant === undefined) throw new Error('The session was not opened.');
  return { grant, token: tokenHash };
}
