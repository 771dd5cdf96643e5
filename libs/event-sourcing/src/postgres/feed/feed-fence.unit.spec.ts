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
      { weight: 3, arbitrary: fc.record({ do: fc.constant('draw' as const), who: fc.nat(3) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('end' as const), who: fc.nat(3) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('number' as const), who: fc.constant(0) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('holders' as const), who: fc.constant(0) }) },
    ),
    { maxLength: 120, size: 'max' },
  );

  /** How the reader looks: the right way, or one of the ways that lose. */
  type Way = 'right' | 'holders first' | 'number ahead';

  /** Plays the steps; the reader takes the number (the highest committed) and the holders at different moments. */
  function play(moves: readonly { do: 'draw' | 'end' | 'number' | 'holders'; who: number }[], way: Way): boolean {
    const fence = new FeedFence();
    const open = new Map<number, { name: string; numbers: bigint[] }>();
    let [drawn, committed, transactions] = [0n, 0n, 0];
    let number: bigint | undefined;
    let names: string[] | undefined;
    const isSound = (): boolean => [...open.values()].every(({ numbers }) => numbers.every((n) => n > (fence.settled ?? -1n)));
    const step = ({ do: move, who }: (typeof moves)[number]): void => {
      if (move === 'draw') {
        const transaction = open.get(who) ?? { name: `t${transactions++}`, numbers: [] };
        transaction.numbers.push(++drawn);
        open.set(who, transaction);
      } else if (move === 'end') {
        for (const n of open.get(who)?.numbers ?? []) if (n > committed) committed = n;
        open.delete(who);
      } else if (move === 'number') number = way === 'number ahead' ? committed + 32n : committed;
      else names = [...open.values()].map(({ name }) => name);
      const [first, second] = way === 'holders first' ? [names, number] : [number, names];
      if (second !== undefined && first === undefined) [number, names] = [undefined, undefined];
      if (number === undefined || names === undefined) return;
      fence.observe(look(number, names));
      [number, names] = [undefined, undefined];
    };
    return moves.every((move) => (step(move), isSound()));
  }

  it('never settles a number of a transaction that is still open, in any interleaving', () => {
    fc.assert(
      fc.property(steps, (moves) => play(moves, 'right')),
      { numRuns: 5_000 },
    );
  });

  it.each(['holders first', 'number ahead'] as const)('would, looking the wrong way (%s): the control of the property', (way) => {
    const result = fc.check(
      fc.property(steps, (moves) => play(moves, way)),
      { numRuns: 5_000 },
    );
    expect(result.failed).toBe(true);
  });
});
