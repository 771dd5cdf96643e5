import { VirtualClock } from '@minos/common/testing';
import { KEY_ENCRYPTION_KEY, serverOn } from './auth-server-kit.js';
import type { AuthServer } from './auth-server.js';
import { memoryAuthStorage } from './memory/memory-auth-storage.js';

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

describe('the end of the auth server', () => {
  it.each([
    ['answers', false],
    ['does not answer any more', true],
  ])('comes, and that of its streams at once, where the store %s', async (_what, hangs) => {
    const clock = new VirtualClock(new Date('2026-05-01T00:00:00Z'));
    const storage = memoryAuthStorage(clock);
    let hung = false;
    const revocations = Object.assign(Object.create(storage.revocations) as typeof storage.revocations, {
      newest: () => (hung ? never<bigint>() : storage.revocations.newest()),
      purge: () => (hung ? never<number>() : storage.revocations.purge(0)),
    });
    const server = serverOn({ ...storage, revocations }, clock);
    await server.start();
    let told = 0;
    server.feed.subscribe(() => told++);
    await clock.advance(1_000);
    hung = hangs;
    // Long enough for the work in the background to be stuck as well.
    await clock.advance(600_000);
    let ended = false;
    told = 0;
    const stopping = server.stop().then(() => (ended = true));
    expect([told, server.feed.stopped]).toEqual([1, true]);
    await clock.advance(hangs ? 3_000 : 0);
    expect(ended).toBe(true);
    await stopping;
  });
});

describe('the key that the auth server encrypts with', () => {
  it('can be replaced while somebody signs in with a provider', async () => {
    const clock = new VirtualClock(new Date('2026-05-01T00:00:00Z'));
    const storage = memoryAuthStorage(clock);
    const [old, replaced] = [KEY_ENCRYPTION_KEY, `${'22'.repeat(32)},${KEY_ENCRYPTION_KEY}`].map((keyEncryptionKey) =>
      serverOn(storage, clock, { options: { keyEncryptionKey } }),
    ) as [AuthServer, AuthServer];
    await old.keys.start();
    const { id } = await storage.accounts.ofIdentity({ issuer: 'acme', subject: 'ann', tenant: '', roles: [] }, 'a-1');
    const { code, browserKey } = await old.oidcHandover.issue({ provider: 'acme', accountId: id });
    const redeemed = await replaced.oidcHandover.redeem({ code, browserKey, address: '192.0.2.1' });
    expect(redeemed.accessToken).toEqual(expect.any(String));
  });
});
