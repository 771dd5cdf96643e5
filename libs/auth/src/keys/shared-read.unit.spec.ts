import { VirtualClock } from '@minos/common/testing';
import { SharedRead } from './shared-read.js';

const PAUSE_MS = 1_000;

describe('a shared read', () => {
  /** Ends what runs, in its order. */
  let ends: ((error?: Error) => void)[];
  let begun: number;
  let running: number;
  let most: number;
  let clock: VirtualClock;
  beforeEach(() => {
    [ends, begun, running, most, clock] = [[], 0, 0, 0, new VirtualClock()];
  });

  /** Answers which one it was. */
  function read(): Promise<number> {
    const mine = ++begun;
    most = Math.max(most, ++running);
    return new Promise<number>((resolve, reject) => ends.push((error) => (error === undefined ? resolve(mine) : reject(error)))).finally(
      () => running--,
    );
  }
  const shared = (pauseMs = PAUSE_MS, signal?: AbortSignal): SharedRead<number> =>
    new SharedRead(read, { clock, pauseMs, ...(signal && { signal }) });
  const end = (error?: Error): void => ends.shift()?.(error);

  it('is one for all who ask before it begins, and another for who asks afterwards', async () => {
    const reads = shared(0);
    const first = [reads.next(), reads.next()];
    await clock.advance(0);
    const second = [reads.next(), reads.next()];
    await clock.advance(PAUSE_MS);
    expect(begun).toBe(1);
    end();
    expect(await Promise.all(first)).toEqual([1, 1]);
    await clock.advance(0);
    end();
    expect(await Promise.all(second)).toEqual([2, 2]);
    expect(most).toBe(1);
  });

  it('begins no closer to the one before than the pause, and at once after a longer time', async () => {
    const reads = shared();
    expect(reads.sinceBegun).toBe(Infinity);
    const first = reads.next();
    await clock.advance(0);
    end();
    await first;
    const second = reads.next();
    await clock.advance(PAUSE_MS - 1);
    expect([begun, reads.sinceBegun]).toEqual([1, PAUSE_MS - 1]);
    await clock.advance(1);
    expect([begun, reads.sinceBegun]).toEqual([2, 0]);
    end();
    await second;
    await clock.advance(PAUSE_MS);
    const third = reads.next();
    await clock.advance(0);
    expect(begun).toBe(3);
    end();
    await third;
  });

  it('that fails is told to who waits for it alone', async () => {
    const reads = shared(0);
    const failing = reads.next();
    await clock.advance(0);
    const good = reads.next();
    end(new Error('away'));
    await expect(failing).rejects.toThrow('away');
    await clock.advance(0);
    end();
    expect(await good).toBe(2);
  });

  it('is not begun any more after the end, and who waits for it is turned away', async () => {
    const life = new AbortController();
    const reads = shared(PAUSE_MS, life.signal);
    const first = reads.next();
    await clock.advance(0);
    end();
    await first;
    const waiting = reads.next();
    life.abort(new Error('closed'));
    await Promise.all([reads.ended(), expect(waiting).rejects.toThrow('closed')]);
    await expect(reads.next()).rejects.toThrow('closed');
    expect(begun).toBe(1);
  });
});
