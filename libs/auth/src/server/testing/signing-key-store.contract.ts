import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type ContractRunner, globalRunner } from '@minos/common/testing';
import type { NewSigningKey } from '../contracts/signing-keys.js';
import type { AuthStorageUnderTest } from './auth-storage-scene.js';

const newKey = (): NewSigningKey => ({
  kid: randomUUID(),
  alg: 'RS256',
  publicJwk: { kty: 'RSA', n: 'n', e: 'AQAB' },
  privateKey: Buffer.from('secret'),
});

/** What every store of keys does. */
export function signingKeyStoreContract(
  name: string,
  make: () => Promise<AuthStorageUnderTest>,
  { describe, it, beforeEach, afterEach }: ContractRunner = globalRunner(),
): void {
  describe(`${name}: keys`, () => {
    let given: AuthStorageUnderTest;
    beforeEach(async () => void (given = await make()));
    afterEach(async () => given.close?.());
    const kids = async (): Promise<string[]> => (await given.storage.keys.keys()).signing.map(({ kid }) => kid);

    it('takes one first key of many, which signs at once', async () => {
      const added = await Promise.all(Array.from({ length: 10 }, () => given.storage.keys.addFirst(newKey())));
      assert.equal(added.filter(Boolean).length, 1);
      const { signing, now } = await given.storage.keys.keys();
      assert.equal(signing.length, 1);
      assert.ok((signing[0]?.activeFrom ?? Infinity) <= now);
      assert.deepEqual(
        [signing[0]?.privateKey.toString(), signing[0]?.publicJwk['n'], signing[0]?.publishedUntil],
        ['secret', 'n', undefined],
      );
    });

    it('publishes a key before it signs, and the one before until its tokens have ended', async () => {
      const { keys } = given.storage;
      const [first, second] = [newKey(), newKey()];
      await keys.addFirst(first);
      assert.equal(await keys.rotate({ key: second, activeIn: 60_000, keepOld: 30_000, by: 't' }), true);
      assert.deepEqual(await kids(), [second.kid, first.kid]);
      const { signing, now } = await keys.keys();
      assert.ok((signing[0]?.activeFrom ?? 0) > now + 50_000);
      await given.pass(80_000);
      assert.deepEqual(await kids(), [second.kid, first.kid]);
      assert.equal(await keys.purge(), 0);
      await given.pass(15_000);
      assert.deepEqual(await kids(), [second.kid]);
      assert.equal(await keys.purge(), 1);
    });

    it('rotates once for all who find it due', async () => {
      const { keys } = given.storage;
      await keys.addFirst(newKey());
      const rotate = (): Promise<boolean> =>
        keys.rotate({ key: newKey(), activeIn: 1_000, keepOld: 60_000, unlessYounger: 3_600_000, by: 't' });
      assert.equal(await rotate(), false);
      await given.pass(3_700_000);
      const done = await Promise.all(Array.from({ length: 8 }, rotate));
      assert.equal(done.filter(Boolean).length, 1);
      assert.equal((await kids()).length, 2);
    });

    it('takes compromised keys back at once', async () => {
      const { keys } = given.storage;
      await keys.addFirst(newKey());
      const next = newKey();
      await keys.rotate({ key: next, activeIn: 0, keepOld: 0, by: 't' });
      assert.deepEqual(await kids(), [next.kid]);
    });

    it('registers, prolongs and forgets keys of services, so many of each', async () => {
      const { keys } = given.storage;
      const key = (kid: string, service = 'gateway') => ({ kid, service, alg: 'ES256', publicJwk: { kty: 'EC' } });
      const first = await keys.putServiceKey(key('a'), 60_000, 2);
      await given.pass(1_000);
      const { now } = await keys.keys();
      assert.ok(first !== undefined && first > now + 50_000);
      assert.ok(((await keys.putServiceKey(key('a'), 120_000, 2)) ?? 0) > now + 110_000);
      assert.equal(await keys.putServiceKey(key('a', 'other'), 60_000, 2), undefined, 'the key is of another');
      assert.ok(await keys.putServiceKey(key('b'), 60_000, 2));
      assert.equal(await keys.putServiceKey(key('c'), 60_000, 2), undefined);
      assert.ok(await keys.putServiceKey(key('a'), 60_000, 2), 'one that is there may be prolonged');
      assert.deepEqual((await keys.keys()).services.map(({ kid }) => kid).sort(), ['a', 'b']);
      await given.pass(90_000);
      assert.deepEqual(
        (await keys.keys()).services.map(({ kid }) => kid),
        ['a'],
      );
    });

    it('keeps keys of messages under the service that registered them first', async () => {
      const { messageKeys } = given.storage;
      const key = { kid: 'm', service: 'order', publicJwk: { kty: 'EC' } };
      const put = (service: string): Promise<boolean> => messageKeys.put({ ...key, service });
      assert.deepEqual([await put('order'), await put('order'), await put('payment')], [true, true, false]);
      assert.deepEqual(await messageKeys.find(['n', 'm']), [key]);
      assert.deepEqual(await messageKeys.find([]), []);
      await given.pass(10_000);
      assert.deepEqual([await put('order'), await put('payment')], [true, false]);
      assert.equal(await messageKeys.purge(5_000), 0, 'one that is registered anew is kept from then on');
      await given.pass(10_000);
      assert.deepEqual([await messageKeys.purge(60_000), await messageKeys.purge(5_000)], [0, 1]);
      assert.deepEqual(await messageKeys.find(['m']), []);
    });
  });
}
