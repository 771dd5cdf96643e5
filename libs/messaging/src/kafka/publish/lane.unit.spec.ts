import type { PublishOutcome } from '../../contracts/broker.js';
import { Lane } from './lane.js';
import { recordOf, type OutgoingRecord } from './outgoing-record.js';

const place = { channel: 'c', partition: 3 };

function filled(
  bodies: readonly number[],
  limit: number,
  heldBack = (_index: number): Error | undefined => undefined,
): { lane: Lane; outcomes: PublishOutcome[] } {
  const outcomes: PublishOutcome[] = [];
  const lane = new Lane(place, limit);
  bodies.forEach((size, index) => {
    const message = { channel: 'c', key: 'k', headers: {}, body: Buffer.alloc(size) };
    lane.add(recordOf(message, { settle: (outcome) => (outcomes[index] = outcome), heldBack: () => heldBack(index) }) as OutgoingRecord);
  });
  return { lane, outcomes };
}

const reason = new Error('too large');

describe('a lane', () => {
  it('fills batches up to the limit and tells each record its offset', () => {
    const { lane, outcomes } = filled([100, 100, 100, 1_000, 100], 400);
    const sizes: number[] = [];
    for (let next = 10n; lane.first.length > 0; next += BigInt(lane.first.length)) {
      sizes.push(lane.first.length);
      if (lane.first.length > 1) expect(lane.firstSize).toBeLessThanOrEqual(400);
      expect(lane.stored(lane.first, next)).toBe(true);
    }
    expect(sizes).toEqual([2, 1, 1, 1]);
    expect(outcomes.map((outcome) => 'offset' in outcome && outcome.partition === 3)).toEqual([true, true, true, true, true]);
    expect(outcomes[1]).toEqual({ ...place, offset: 11n });
  });

  it('does not take an answer for another batch than the first', () => {
    const { lane } = filled([300, 300], 400);
    const first = lane.first;
    lane.stored(first, 0n);
    const second = lane.first;
    expect(lane.stored(first, 0n)).toBe(false);
    lane.refused(first, () => reason);
    expect(lane.first).toBe(second);
  });

  it('tries the records of a refused batch one by one, in their order, and refuses the one that is refused alone', () => {
    const { lane, outcomes } = filled([10, 20, 30], 1_000);
    lane.refused(lane.first, () => reason);
    expect([lane.alone, lane.first.length]).toEqual([true, 1]);
    lane.stored(lane.first, 5n);
    lane.refused(lane.first, () => reason);
    lane.stored(lane.first, 6n);
    expect(outcomes).toEqual([{ ...place, offset: 5n }, { refused: reason }, { ...place, offset: 6n }]);
    expect(lane.first).toEqual([]);
  });

  it('takes out what may not be stored behind a record that is refused', () => {
    const held = new Error('held back');
    const { lane, outcomes } = filled([1_000, 300, 100, 200], 400, (index) => (index % 2 ? held : undefined));
    lane.refused(lane.first, () => reason);
    expect(lane.first.length).toBe(1);
    lane.stored(lane.first, 7n);
    expect(outcomes).toEqual([{ refused: reason }, { refused: held }, { ...place, offset: 7n }, { refused: held }]);
    expect([lane.first, lane.alone]).toEqual([[], false]);
  });
});
