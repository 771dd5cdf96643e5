import fc from 'fast-check';
import { FeedFence } from './feed-fence.js';

const look = (latest: bigint, holders: readonly string[] | undefined, prepared = false) => ({ latest, holders, prepared, at: 0 });

describe('FeedFence', () => {
  it('settles a number at once when nobody holds the lock', () => {
    const fence = new FeedFence();
    fence.observe(look(5n, []));
    expect(fence.settled).toBe(5n);
    expect(fence.known).toBe(5n);
  });

  it('settles a number when all who held the lock at its mark have let go, whoever holds it by then', () => {
    const fence = new FeedFence();
    fence.observe(look(5n, ['a', 'b']));
    fence.observe(look(7n, ['b', 'c']));
    expect(fence.settled).toBeUndefined();
    fence.observe(look(9n, ['c', 'd']));
    expect(fence.settled).toBe(5n);
    fence.observe(look(9n, ['d']));
    expect(fence.settled).toBe(7n);
  });

  it('settles nothing while a prepared transaction holds the lock, since it may have had another name before', () => {
    const fence = new FeedFence();
    fence.observe(look(5n, ['a']));
    fence.observe(look(5n, ['prepared'], true));
    expect(fence.settled).toBeUndefined();
    fence.observe(look(6n, []));
    expect(fence.settled).toBe(6n);
  });

  it('goes on behind one long transaction, however many marks that makes', () => {
    const fence = new FeedFence();
    fence.observe(look(1n, ['long']));
    for (let latest = 2n; latest < 1_000n; latest++) fence.observe(look(latest, ['long', `short-${latest}`]));
    fence.observe(look(1_000n, ['last']));
    expect(fence.settled).toBe(999n);
    fence.observe(look(1_000n, []));
    expect(fence.settled).toBe(1_000n);
  });

  /** One step of the modelled server: a transaction begins and draws, draws again, ends, or the reader looks. */
  const steps = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.record({ do: fc.constant('draw' as const), who: fc.nat(5) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('end' as const), who: fc.nat(5) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('number' as const), who: fc.constant(0) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('holders' as const), who: fc.constant(0) }) },
    ),
    { maxLength: 120 },
  );

  /** Plays the steps; the reader takes the number and the holders at different moments, in the given order. */
  function play(moves: readonly { do: 'draw' | 'end' | 'number' | 'holders'; who: number }[], numberFirst: boolean): boolean {
    const fence = new FeedFence();
    const open = new Map<number, { name: string; numbers: bigint[] }>();
    let latest = 0n;
    let transactions = 0;
    let halfALook: bigint | string[] | undefined;
    const holders = (): string[] => [...open.values()].map(({ name }) => name);
    const observe = (number: bigint, names: string[]): boolean => {
      fence.observe(look(number, names));
      halfALook = undefined;
      return [...open.values()].every(({ numbers }) => numbers.every((n) => n > (fence.settled ?? -1n)));
    };
    for (const { do: move, who } of moves) {
      if (move === 'draw') {
        const transaction = open.get(who) ?? { name: `t${transactions++}`, numbers: [] };
        transaction.numbers.push(++latest);
        open.set(who, transaction);
      } else if (move === 'end') open.delete(who);
      else if (move === 'number' && numberFirst) halfALook = latest;
      else if (move === 'holders' && numberFirst && typeof halfALook === 'bigint') {
        if (!observe(halfALook, holders())) return false;
      } else if (move === 'holders' && !numberFirst) halfALook = holders();
      else if (move === 'number' && !numberFirst && Array.isArray(halfALook)) {
        if (!observe(latest, halfALook)) return false;
      }
    }
    return true;
  }

  it('never settles a number of a transaction that is still open, in any interleaving', () => {
    fc.assert(
      fc.property(steps, (moves) => play(moves, true)),
      { numRuns: 2_000 },
    );
  });

  it('would, if the holders were read before the number: the control of the property', () => {
    const result = fc.check(
      fc.property(steps, (moves) => play(moves, false)),
      { numRuns: 2_000 },
    );
    expect(result.failed).toBe(true);
  });
});
