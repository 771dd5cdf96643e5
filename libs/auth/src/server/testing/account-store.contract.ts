import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type ContractRunner, globalRunner } from '@minos/common/testing';
import { ACTOR, type AuthStorageUnderTest, newAccount, opened, registered } from './auth-storage-scene.js';

/** What every store of accounts does. */
export function accountStoreContract(
  name: string,
  make: () => Promise<AuthStorageUnderTest>,
  { describe, it, beforeEach, afterEach }: ContractRunner = globalRunner(),
): void {
  describe(`${name}: accounts`, () => {
    let given: AuthStorageUnderTest;
    beforeEach(async () => void (given = await make()));
    afterEach(async () => given.close?.());

    it('registers an address once, also for many at a time, and answers its account to all', async () => {
      const { accounts, audit } = given.storage;
      const email = 'ann@example.org';
      const answers = await Promise.all(Array.from({ length: 20 }, () => accounts.register(newAccount({ email }), ACTOR)));
      assert.equal(answers.filter(({ created }) => created).length, 1);
      assert.equal(new Set(answers.map(({ account }) => account.id)).size, 1);
      const events = (await audit.list(100)).map(({ event }) => event);
      assert.equal(events.filter((event) => event === 'account.registered').length, 1);
      assert.equal(events.filter((event) => event === 'account.registered-again').length, 19);
    });

    it('finds by id and by address, and nothing else', async () => {
      const { accounts } = given.storage;
      const id = await registered(given.storage, { email: 'bob@example.org', roles: ['a'] });
      const found = await accounts.find(id);
      assert.deepEqual(found, await accounts.findByEmail('', 'bob@example.org'));
      assert.deepEqual(
        [found?.id, found?.roles, found?.disabled, found?.passwordHash, found?.passwordVersion],
        [id, ['a'], false, 'hash-1', 0],
      );
      assert.equal(await accounts.find(randomUUID()), undefined);
      assert.equal(await accounts.find('service:order'), undefined);
      assert.equal(await accounts.findByEmail('', ''), undefined);
      assert.equal(await accounts.findByEmail('other', 'bob@example.org'), undefined);
    });

    it('lists in pages', async () => {
      const ids = await Promise.all(Array.from({ length: 7 }, () => registered(given.storage)));
      const first = await given.storage.accounts.list(4);
      const second = await given.storage.accounts.list(4, first.at(-1)?.id);
      assert.deepEqual(
        [...first, ...second].map(({ id }) => id),
        ids.sort(),
      );
    });

    it('makes one account for an identity, also for many at a time, and another for another', async () => {
      const { accounts } = given.storage;
      const identity = { issuer: 'https://id.example', subject: 's-1', tenant: '', roles: ['x'] };
      const all = await Promise.all(Array.from({ length: 10 }, () => accounts.ofIdentity(identity, randomUUID())));
      assert.equal(new Set(all.map(({ id }) => id)).size, 1);
      assert.deepEqual([all[0]?.email, all[0]?.roles], [null, ['x']]);
      const other = await accounts.ofIdentity({ ...identity, issuer: 'https://other.example' }, randomUUID());
      assert.notEqual(other.id, all[0]?.id);
    });

    it('keeps an account from signing in, ends what it has, and lets it in again', async () => {
      const { changes, sessions, revocations } = given.storage;
      const id = await registered(given.storage);
      const { grant, token } = await opened(given.storage, id);
      assert.equal((await changes.setDisabled(id, true, ACTOR))?.disabled, true);
      await changes.setDisabled(id, true, ACTOR);
      assert.deepEqual(
        (await revocations.since(0n, 10)).map(({ subject, session, notBefore }) => [subject, session, notBefore >= grant.issuedAt]),
        [[id, undefined, true]],
      );
      assert.equal(await sessions.isLive(grant.sessionId), false);
      assert.equal((await sessions.refresh(token, Buffer.alloc(32), 1000)).outcome, 'over');
      await assert.rejects(opened(given.storage, id));
      assert.equal((await changes.setDisabled(id, false, ACTOR))?.disabled, false);
      const again = await opened(given.storage, id);
      assert.ok(again.grant.issuedAt > ((await revocations.since(0n, 10))[0]?.notBefore ?? Infinity), 'a token of later is good');
      assert.equal(await changes.setDisabled(randomUUID(), true, ACTOR), undefined);
    });

    it('changes a password once for what was read, and ends all sessions', async () => {
      const { accounts, changes, sessions, revocations } = given.storage;
      const id = await registered(given.storage);
      const { grant } = await opened(given.storage, id, { passwordVersion: 0 });
      const change = { id, passwordVersion: 0, passwordHash: 'hash-2' };
      assert.deepEqual([await changes.setPassword(change, ACTOR), await changes.setPassword(change, ACTOR)], [true, false]);
      assert.equal((await accounts.find(id))?.passwordHash, 'hash-2');
      assert.equal(await sessions.isLive(grant.sessionId), false);
      assert.equal((await revocations.since(0n, 10)).length, 1);
      await assert.rejects(
        opened(given.storage, id, { passwordVersion: 0 }),
        'a password that was verified before has no session any more',
      );
      await opened(given.storage, id, { passwordVersion: 1 });
    });

    it('stores a password that was hashed anew only over the one it was made of', async () => {
      const { accounts, changes } = given.storage;
      const id = await registered(given.storage);
      await changes.rehash(id, 'other', 'hash-3');
      assert.equal((await accounts.find(id))?.passwordHash, 'hash-1');
      await changes.rehash(id, 'hash-1', 'hash-3');
      assert.deepEqual(await accounts.find(id).then((found) => [found?.passwordHash, found?.passwordVersion]), ['hash-3', 0]);
    });

    it('changes roles, takes the tokens of before back and leaves the sessions', async () => {
      const { changes, sessions, revocations, roles } = given.storage;
      const id = await registered(given.storage);
      await roles.setPermissions('', 'clerk', ['orders.refund', 'orders.read'], ACTOR);
      const { grant, token } = await opened(given.storage, id);
      assert.deepEqual([grant.roles, grant.permissions], [[], []]);
      assert.deepEqual((await changes.setRoles(id, ['clerk', 'other'], ACTOR))?.roles, ['clerk', 'other']);
      await changes.setRoles(id, ['clerk', 'other'], ACTOR);
      assert.equal((await revocations.since(0n, 10)).length, 1);
      assert.equal(await sessions.isLive(grant.sessionId), true);
      assert.equal(await sessions.isLive(grant.sessionId, grant.issuedAt), false, 'a token of before was taken back');
      const next = await sessions.refresh(token, Buffer.alloc(32, 1), 60_000);
      assert.ok(next.outcome === 'granted');
      assert.equal(await sessions.isLive(grant.sessionId, next.grant.issuedAt), true);
      assert.deepEqual(
        [next.grant.roles, next.grant.permissions],
        [
          ['clerk', 'other'],
          ['orders.read', 'orders.refund'],
        ],
      );
      assert.ok(next.grant.issuedAt > ((await revocations.since(0n, 10))[0]?.notBefore ?? Infinity));
    });

    it('takes back what was issued right after the last time, also within one second', async () => {
      const { changes, revocations } = given.storage;
      const id = await registered(given.storage);
      const issued: number[] = [];
      for (const roles of [['a'], ['b'], ['c']]) {
        await changes.setRoles(id, roles, ACTOR);
        issued.push((await opened(given.storage, id)).grant.issuedAt);
      }
      const { grant } = await opened(given.storage, id);
      await given.storage.sessions.end(grant.sessionId);
      const all = await revocations.since(0n, 10);
      assert.deepEqual(
        all.slice(1).map(({ notBefore }, index) => notBefore >= (issued[index] ?? Infinity)),
        [true, true, true],
      );
    });

    it('says what a role stands for', async () => {
      const { roles } = given.storage;
      assert.deepEqual(await roles.permissions('', 'r'), []);
      await roles.setPermissions('', 'r', ['a'], ACTOR);
      await roles.setPermissions('', 'r', ['b', 'c'], ACTOR);
      assert.deepEqual(await roles.permissions('', 'r'), ['b', 'c']);
    });

    it('makes one first administrator', async () => {
      const { changes } = given.storage;
      const made = await Promise.all(Array.from({ length: 5 }, () => changes.firstAdmin(newAccount({ roles: ['admin'] }), ACTOR)));
      assert.equal(made.filter((one) => one !== undefined).length, 1);
    });

    it('makes an account that is there the first administrator, with a new password and without sessions', async () => {
      const { changes, accounts, sessions } = given.storage;
      const id = await registered(given.storage, { email: 'boss@example.org', roles: ['x'] });
      const { grant } = await opened(given.storage, id);
      const made = await changes.firstAdmin(newAccount({ email: 'boss@example.org', passwordHash: 'hash-9', roles: ['admin'] }), ACTOR);
      assert.deepEqual([made?.account.id, made?.created, made?.account.roles], [id, false, ['x', 'admin']]);
      assert.equal((await accounts.find(id))?.passwordHash, 'hash-9');
      assert.equal(await sessions.isLive(grant.sessionId), false);
    });
  });
}
