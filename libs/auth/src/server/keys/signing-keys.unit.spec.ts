import { randomBytes } from 'node:crypto';
import { VirtualClock } from '@minos/common/testing';
import { memoryAuthStorage } from '../memory/memory-auth-storage.js';
import { KeyCipher } from './key-cipher.js';
import { SigningKeys } from './signing-keys.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe('SigningKeys', () => {
  const make = () => {
    const clock = new VirtualClock(new Date('2026-05-01T00:00:00Z'));
    const store = memoryAuthStorage(clock).keys;
    const cipher = new KeyCipher([randomBytes(32)]);
    return { clock, store, cipher, keys: new SigningKeys({ store, cipher, clock }) };
  };

  it('makes one first key, however many start at once', async () => {
    const { clock, store, cipher } = make();
    const replicas = Array.from({ length: 4 }, () => new SigningKeys({ store, cipher, clock }));
    await Promise.all(replicas.map((one) => one.start()));
    expect(new Set(await Promise.all(replicas.map(async (one) => (await one.current()).kid))).size).toBe(1);
  });

  it('signs with the next key only once it was published for a while, and publishes the old one until its tokens have ended', async () => {
    const { clock, keys } = make();
    await keys.start();
    const { kid: first } = await keys.current();
    const second = await keys.rotate('test');
    const published = async (): Promise<string[]> => (await keys.published()).signing.map(({ kid }) => kid);
    expect((await keys.current()).kid).toBe(first);
    expect(await published()).toEqual([second, first]);
    await clock.advance(14 * MINUTE);
    expect((await keys.current()).kid).toBe(first);
    await clock.advance(2 * MINUTE);
    expect((await keys.current()).kid).toBe(second);
    await clock.advance(8 * MINUTE);
    expect(await published()).toEqual([second, first]);
    await clock.advance(2 * MINUTE);
    expect(await published()).toEqual([second]);
  });

  it('rotates by schedule, early enough to be published before', async () => {
    const { clock, keys } = make();
    await keys.start();
    const { kid: first } = await keys.current();
    await clock.advance(29 * DAY);
    expect(await keys.rotateIfDue()).toBe(false);
    await clock.advance(DAY - 14 * MINUTE);
    expect([await keys.rotateIfDue(), await keys.rotateIfDue()]).toEqual([true, false]);
    expect((await keys.current()).kid).toBe(first);
    await clock.advance(15 * MINUTE + 1);
    expect((await keys.current()).kid).not.toBe(first);
  });

  it('takes a compromised key back at once', async () => {
    const { keys } = make();
    await keys.start();
    const next = await keys.rotate('test', 'compromised');
    expect((await keys.current()).kid).toBe(next);
    expect((await keys.published()).signing).toHaveLength(1);
  });

  it('goes on with what it knows while the store is away', async () => {
    const { clock, store, cipher } = make();
    let away = false;
    const flaky: typeof store = Object.create(store, { keys: { value: () => (away ? Promise.reject(new Error('away')) : store.keys()) } });
    const keys = new SigningKeys({ store: flaky, cipher, clock });
    await keys.start();
    const { kid } = await keys.current();
    away = true;
    await clock.advance(10 * MINUTE);
    expect((await keys.current()).kid).toBe(kid);
    await expect(new SigningKeys({ store: flaky, cipher, clock }).current()).rejects.toThrow('away');
  });

  it('does not start with a key that it cannot open', async () => {
    const { clock, store, keys } = make();
    await keys.start();
    const other = new SigningKeys({ store, cipher: new KeyCipher([randomBytes(32)]), clock });
    await expect(other.start()).rejects.toMatchObject({ code: 'KEY_ENCRYPTION_KEY_WRONG' });
  });
});
