import fc from 'fast-check';
import { loadKafkaJs } from '../client/load-kafkajs.js';
import { AssignmentCodec, planAssignment } from './assignment-plan.js';

describe('the plan of an assignment', () => {
  const channels = ['a', 'b', 'c'];
  const members = fc.uniqueArray(
    fc.record({ memberId: fc.string({ minLength: 1, maxLength: 6 }), channels: fc.subarray(channels, { minLength: 1 }) }),
    { minLength: 1, maxLength: 6, selector: ({ memberId }) => memberId },
  );
  const counts = fc.record({ a: fc.nat(13), b: fc.nat(13), c: fc.nat(13) }).map((record) => new Map(Object.entries(record)));

  it('gives each partition that somebody wants to one who wants it, whatever order the members come in', () => {
    fc.assert(
      fc.property(members, counts, (wanting, partitions) => {
        const plan = planAssignment(wanting, partitions);
        expect(planAssignment([...wanting].reverse(), partitions)).toEqual(new Map([...plan].reverse()));
        const given = [...plan.values()].flat().map(({ channel, partition }) => `${channel}/${partition}`);
        const wanted = [...partitions].flatMap(([channel, count]) =>
          wanting.some((member) => member.channels.includes(channel)) ? Array.from({ length: count }, (_, n) => `${channel}/${n}`) : [],
        );
        expect(given.sort()).toEqual(wanted.sort());
        for (const { memberId, channels: wishes } of wanting) {
          expect(plan.get(memberId)?.every(({ channel }) => wishes.includes(channel))).toBe(true);
        }
      }),
    );
  });

  it('gives members with the same wishes numbers that differ by one at the most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), counts, (count, partitions) => {
        const plan = planAssignment(
          Array.from({ length: count }, (_, n) => ({ memberId: `m${n}`, channels })),
          partitions,
        );
        const sizes = [...plan.values()].map(({ length }) => length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('travels as Kafka clients write it', () => {
    const codec = new AssignmentCodec(loadKafkaJs().AssignerProtocol);
    const share = [
      { channel: 'a', partition: 0 },
      { channel: 'a', partition: 4 },
      { channel: 'b', partition: 1 },
    ];
    expect(codec.decodeShare(codec.encodeShare(share))).toEqual(share);
    expect(codec.decodeShare(codec.encodeShare([]))).toEqual([]);
    expect(codec.decodeShare(Buffer.alloc(0))).toEqual([]);
    expect(codec.decodeWish('m', codec.encodeWish(['a', 'b'], ['a']))).toEqual({ memberId: 'm', channels: ['a', 'b'] });
    expect(codec.encodeWish(['a', 'b'], ['a'])).not.toEqual(codec.encodeWish(['a', 'b'], ['a', 'b']));
  });
});
