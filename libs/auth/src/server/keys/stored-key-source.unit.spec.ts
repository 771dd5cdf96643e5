import { generateKeyPairSync } from 'node:crypto';
import { until } from '@minos/common/testing';
import { type AuthServerUnderTest, startedServer } from '../auth-server-kit.js';

const newJwk = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });

describe('the keys of the server for itself', () => {
  let given: AuthServerUnderTest;
  let reads: jest.SpyInstance;
  beforeEach(async () => {
    given = await startedServer();
    reads = jest.spyOn(given.storage.keys, 'keys');
  });

  const register = async (): Promise<string> => (await given.server.serviceKeys.register('gateway', { jwk: newJwk(), ttl: 600 })).kid;
  const find = async (kid: string): Promise<string | undefined> => (await given.server.keySource.key(kid))?.issuer;
  const settled = async <T>(asked: Promise<T>): Promise<T> => {
    let over = false;
    void asked.finally(() => (over = true)).catch(() => undefined);
    await until(async () => {
      await given.clock.advance(250);
      return over;
    }, 'the answer');
    return asked;
  };

  it('are read once for all who ask, and answered at once from then on', async () => {
    const kid = await register();
    expect(await Promise.all([find(kid), find(kid), find('x')])).toEqual(['gateway', 'gateway', undefined]);
    expect(given.server.keySource.key(kid)).toMatchObject({ kid, issuer: 'gateway' });
    expect(reads).toHaveBeenCalledTimes(1);
  });

  it('are known a second after they were registered at the latest, in a flood of made-up ids too', async () => {
    await find('x');
    const made = Array.from({ length: 200 }, (_, at) => find(`x-${at}`));
    const asked = find(await register());
    const begun = given.clock.monotonic();
    expect(await settled(asked)).toBe('gateway');
    expect(given.clock.monotonic() - begun).toBeLessThanOrEqual(1_000);
    expect(await Promise.all(made)).toEqual(Array<undefined>(200).fill(undefined));
    expect(reads).toHaveBeenCalledTimes(2);
  });

  it('are read by one query at a time, where the store is slow', async () => {
    const old = await given.storage.keys.keys();
    let answer = (): void => undefined;
    const slow = new Promise<void>((resolve) => (answer = resolve));
    reads.mockClear();
    reads.mockImplementationOnce(() => slow.then(() => old));
    const early = find('x');
    await until(() => reads.mock.calls.length === 1, 'the first query');
    const late = find(await register());
    await given.clock.advance(10_000);
    expect(reads).toHaveBeenCalledTimes(1);
    answer();
    expect(await early).toBeUndefined();
    expect(await settled(late)).toBe('gateway');
    expect(reads).toHaveBeenCalledTimes(2);
  });

  it('stay good while the store does not answer, and unknown ones are not said to be made up', async () => {
    const kid = await register();
    await find(kid);
    reads.mockRejectedValue(new Error('away'));
    await given.clock.advance(6_000);
    expect(await find(kid)).toBe('gateway');
    await expect(settled(find('x'))).rejects.toThrow('away');
  });
});
