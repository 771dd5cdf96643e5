import fc from 'fast-check';
import { Partitioners } from 'kafkajs';
import { murmur2, partitionOfKey } from './key-partition.js';

describe('the partition of a key', () => {
  it("is the one that kafkajs' own producer chooses, and with it every Kafka client", () => {
    const choose = Partitioners.DefaultPartitioner();
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 40 }), (key, partitions) => {
        const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({ partitionId, leader: 1 }));
        const theirs = choose({ topic: 't', partitionMetadata: partitionMetadata as never, message: { key, value: null } });
        expect(partitionOfKey(key, partitions)).toBe(theirs);
      }),
    );
  });

  it("hashes as Kafka's own tests say", () => {
    const known: [string, number][] = [
      ['21', -973932308],
      ['foobar', -790332482],
      ['a-little-bit-long-string', -985981536],
      ['a-little-bit-longer-string', -1486304829],
      ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
      ['abc', 479470107],
    ];
    for (const [text, hash] of known) expect(murmur2(Buffer.from(text))).toBe(hash);
  });
});
