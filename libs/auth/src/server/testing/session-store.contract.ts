import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type ContractRunner, globalRunner } from '@minos/common/testing';
import { type AuthStorageUnderTest, LIFE, newToken, opened, registered } from './auth-storage-scene.js';

/** What every store of sessions and log of revocations does. */
export function sessionStoreContract(
  name: string,
  make: () => Promise<AuthStorageUnderTest>,
  { describe, it, beforeEach, afterEach }: ContractRunner = globalRunner(),
): void {
  describe(`${name}: sessions`, () => {
    let given: AuthStorageUnderTest;
    let accountId: string;
    beforeEach(async () => {
      given = await make();
      accountId = await registered(given.storage);
    });
    afterEach(async () => given.close?.());

    it('takes a token for the next one', async () => {
      const { sessions } = given.storage;
      const { token, grant } = await opened(given.storage, accountId);
      const next = newToken();
      const result = await sessions.refresh(token, next, LIFE.idle);
      assert.ok(result.outcome === 'granted');
      assert.deepEqual([result.grant.sessionId, result.grant.accountId], [grant.sessionId, accountId]);
      assert.equal((await sessions.refresh(next, newToken(), LIFE.idle)).outcome, 'granted');
    });

    it('ends the session when a token comes again, once', async () => {
      const { sessions, revocations, audit } = given.storage;
      const { token, grant } = await opened(given.storage, accountId);
      const next = newToken();
      await sessions.refresh(token, next, LIFE.idle);
      assert.equal((await sessions.refresh(token, newToken(), LIFE.idle)).outcome, 'reused');
      assert.equal((await sessions.refresh(token, newToken(), LIFE.idle)).outcome, 'over');
      assert.equal((await sessions.refresh(next, newToken(), LIFE.idle)).outcome, 'over');
      assert.deepEqual(
        (await revocations.since(0n, 10)).map(({ subject, session }) => [subject, session]),
        [[accountId, grant.sessionId]],
      );
      assert.equal((await audit.list(10)).filter(({ event }) => event === 'session.token-reused').length, 1);
    });

    it('grants one of many calls with one token, and ends the session', async () => {
      const { sessions } = given.storage;
      const { token, grant } = await opened(given.storage, accountId);
      const results = await Promise.all(Array.from({ length: 50 }, () => sessions.refresh(token, newToken(), LIFE.idle)));
      const count = (outcome: string): number => results.filter((result) => result.outcome === outcome).length;
      assert.deepEqual([count('granted'), count('reused'), count('over')], [1, 1, 48]);
      assert.equal(await sessions.isLive(grant.sessionId), false);
    });

    it('knows no token that it did not store', async () => {
      assert.equal((await given.storage.sessions.refresh(newToken(), newToken(), LIFE.idle)).outcome, 'unknown');
      assert.equal(await given.storage.sessions.ofToken(newToken()), undefined);
    });

    it('leaves other sessions of the account', async () => {
      const [one, other] = [await opened(given.storage, accountId), await opened(given.storage, accountId)];
      assert.deepEqual(
        [await given.storage.sessions.end(one.grant.sessionId), await given.storage.sessions.end(one.grant.sessionId)],
        [true, false],
      );
      assert.equal(await given.storage.sessions.end(randomUUID()), false);
      assert.deepEqual([await given.storage.sessions.end('s-1'), await given.storage.sessions.isLive('s-1')], [false, false]);
      assert.equal((await given.storage.sessions.refresh(one.token, newToken(), LIFE.idle)).outcome, 'over');
      assert.equal((await given.storage.sessions.refresh(other.token, newToken(), LIFE.idle)).outcome, 'granted');
      assert.equal(await given.storage.sessions.ofToken(one.token), one.grant.sessionId);
    });

    it('ends a session that nobody uses, and each at its last day', async () => {
      const idle = await opened(given.storage, accountId);
      let { token } = await opened(given.storage, accountId);
      await given.pass(LIFE.idle - 600_000);
      const next = newToken();
      assert.equal((await given.storage.sessions.refresh(token, next, LIFE.idle)).outcome, 'granted');
      await given.pass(600_001);
      assert.equal((await given.storage.sessions.refresh(idle.token, newToken(), LIFE.idle)).outcome, 'over');
      assert.equal(await given.storage.sessions.isLive(idle.grant.sessionId), false);
      token = next;
      const later = newToken();
      assert.equal((await given.storage.sessions.refresh(token, later, LIFE.absolute * 2)).outcome, 'granted');
      await given.pass(LIFE.absolute);
      assert.equal((await given.storage.sessions.refresh(later, newToken(), LIFE.idle)).outcome, 'over');
    });

    it('deletes what has been over for long', async () => {
      const { sessions } = given.storage;
      const ended = await opened(given.storage, accountId);
      await sessions.end(ended.grant.sessionId);
      await given.pass(10_000);
      const live = await opened(given.storage, accountId);
      assert.equal(await sessions.purge(60_000, 10), 0);
      assert.equal(await sessions.purge(5_000, 10), 1);
      assert.equal((await sessions.refresh(ended.token, newToken(), LIFE.idle)).outcome, 'unknown');
      assert.equal((await sessions.refresh(live.token, newToken(), LIFE.idle)).outcome, 'granted');
    });

    it('lists revocations in the order in which they become visible, and keeps the newest', async () => {
      const { sessions, revocations } = given.storage;
      assert.equal(await revocations.newest(), 0n);
      const all = await Promise.all(Array.from({ length: 20 }, () => opened(given.storage, accountId)));
      const seen: bigint[] = [];
      const reading = (async () => {
        while (seen.length < all.length) {
          for (const { id } of await revocations.since(seen.at(-1) ?? 0n, 3)) seen.push(id);
          await new Promise((resolve) => setImmediate(resolve));
        }
      })();
      await Promise.all(all.map(({ grant }) => sessions.end(grant.sessionId)));
      await reading;
      assert.deepEqual(
        seen,
        [...seen].sort((a, b) => (a < b ? -1 : 1)),
      );
      const newest = await revocations.newest();
      assert.equal(newest, seen.at(-1));
      await given.pass(10_000);
      assert.equal(await revocations.purge(60_000), 0);
      assert.equal(await revocations.purge(5_000), all.length - 1);
      assert.equal(await revocations.newest(), newest);
    });
  });
}
