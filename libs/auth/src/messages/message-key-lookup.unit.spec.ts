import { randomBytes } from 'node:crypto';
import { until, VirtualClock } from '@minos/common/testing';
import { EphemeralKey } from '../minting/ephemeral-key.js';
import { LOOKUP_PAUSE_MS, MessageKeyLookup } from './message-key-lookup.js';
import { MOST_KIDS } from './most-kids.js';

const madeUp = (): string => randomBytes(32).toString('base64url');
const keyOf = (service: string) => {
  const { kid, jwk } = new EphemeralKey();
  return { kid, service, jwk };
};

/** What the auth service has, and how often it was asked for what. */
class Registry {
  readonly known = new Map<string, object>();
  readonly asked: string[][] = [];
  failure: Error | undefined;
  /** Holds answers back until it is called. */
  release: (() => void) | undefined;

  readonly ask = async (kids: readonly string[]): Promise<{ status: number; text: string }> => {
    this.asked.push([...kids]);
    const keys = kids.flatMap((kid) => this.known.get(kid) ?? []);
    if (this.release !== undefined) await new Promise<void>((resolve) => (this.release = resolve));
    if (this.failure !== undefined) throw this.failure;
    return { status: 200, text: JSON.stringify({ keys }) };
  };

  add(key: ReturnType<typeof keyOf>): string {
    this.known.set(key.kid, key);
    return key.kid;
  }
}

describe('the keys of messages', () => {
  let registry: Registry;
  let clock: VirtualClock;
  let life: AbortController;
  let lookup: MessageKeyLookup;
  beforeEach(() => {
    [registry, clock, life] = [new Registry(), new VirtualClock(), new AbortController()];
    lookup = new MessageKeyLookup({
      service: 'stock',
      ask: registry.ask,
      clock,
      signal: life.signal,
    });
  });
  afterEach(async () => {
    life.abort();
    await clock.advance(LOOKUP_PAUSE_MS);
    await lookup.ended();
  });

  const find = async (kid: string): Promise<string | undefined> => (await lookup.find(kid))?.service;

  /** Moves the clock until it is settled. */
  async function settled<T>(given: Promise<T>): Promise<T> {
    let over = false;
    const end = (): void => void (over = true);
    given.then(end, end);
    await until(async () => {
      await clock.advance(LOOKUP_PAUSE_MS / 4);
      return over;
    }, 'the answer');
    return given;
  }

  it('are asked for once, by all who want to know one, and known from then on', async () => {
    const kid = registry.add(keyOf('order'));
    expect(await Promise.all(Array.from({ length: 50 }, () => find(kid)))).toEqual(Array<string>(50).fill('order'));
    expect(lookup.find(kid)).toMatchObject({ kid, service: 'order', alg: 'ES256' });
    expect(registry.asked).toEqual([[kid]]);
  });

  it('are found in a flood of made-up ids by the end of the pause, in requests that are bounded', async () => {
    const begun = clock.monotonic();
    const outcomes: Promise<string | undefined>[] = [];
    let waited = 0;
    for (let second = 0; second < 5; second++) {
      for (let at = 0; at < MOST_KIDS - 1; at++) outcomes.push(find(madeUp()));
      const asked = clock.monotonic();
      expect(await settled(find(registry.add(keyOf('order'))))).toBe('order');
      waited = Math.max(waited, clock.monotonic() - asked);
    }
    expect(await settled(Promise.all(outcomes))).toEqual(Array<undefined>(outcomes.length).fill(undefined));
    expect(waited).toBeLessThanOrEqual(LOOKUP_PAUSE_MS);
    expect(registry.asked.length).toBeLessThanOrEqual((clock.monotonic() - begun) / LOOKUP_PAUSE_MS + 2);
    expect(registry.asked.flat()).toHaveLength(5 * MOST_KIDS);
  });

  it('are asked for in their order where more wait than one request takes', async () => {
    const flood = Array.from({ length: 3 * MOST_KIDS }, () => find(madeUp()));
    expect(await settled(find(registry.add(keyOf('order'))))).toBe('order');
    await settled(Promise.all(flood));
    expect(registry.asked.map(({ length }) => length)).toEqual([MOST_KIDS, MOST_KIDS, MOST_KIDS, 1]);
  });

  it('are asked for anew where one was not known: it may be there by now', async () => {
    const key = keyOf('order');
    registry.release = () => undefined;
    const early = find(key.kid);
    await until(() => registry.asked.length === 1, 'the request');
    // Registered after the answer was made, and asked for before it came.
    registry.add(key);
    const late = find(key.kid);
    registry.release();
    registry.release = undefined;
    expect(await early).toBeUndefined();
    expect(await settled(late)).toBe('order');
    expect(registry.asked).toHaveLength(2);
  });

  it('are unknown for now, not for good, where nobody answers', async () => {
    const kid = registry.add(keyOf('order'));
    registry.failure = new Error('away');
    await expect(find(kid)).rejects.toMatchObject({ code: 'MESSAGE_KEY_UNAVAILABLE', retryable: true });
    registry.failure = undefined;
    expect(await settled(find(kid))).toBe('order');
  });

  it('are taken by their own ids alone, and a wrong one keeps no other from being known', async () => {
    const [good, other] = [keyOf('order'), keyOf('order')];
    registry.add(good);
    registry.known.set(other.kid, { ...good, kid: other.kid });
    await find(madeUp());
    const [right, wrong] = [find(good.kid), find(other.kid).catch((error: unknown) => error)];
    expect(await settled(right)).toBe('order');
    expect(await wrong).toMatchObject({ code: 'MESSAGE_KEY_UNAVAILABLE' });
  });
});
