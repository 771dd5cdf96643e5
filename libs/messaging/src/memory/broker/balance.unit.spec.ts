import fc from 'fast-check';
import type { PartitionRef } from '../../contracts/broker.js';
import { balance } from './balance.js';
import { partitionName } from './partition-name.js';

interface Reader {
  readonly name: string;
  readonly partitions: readonly PartitionRef[];
}

const channel = (name: string, count: number): PartitionRef[] =>
  Array.from({ length: count }, (_, partition) => ({ channel: name, partition }));

const reads = (reader: Reader, partition: PartitionRef): boolean =>
  reader.partitions.some((other) => partitionName(other) === partitionName(partition));

const channels = [channel('a', 5), channel('b', 1), channel('c', 1), channel('d', 8)];
const subscription = fc.subarray(channels).map((chosen) => chosen.flat());
const readers = fc.array(subscription, { maxLength: 6 }).map((all) => all.map((partitions, n): Reader => ({ name: `m${n}`, partitions })));

function shares(readers: readonly Reader[], staying = new Map<string, Reader>()): Map<Reader, PartitionRef[]> {
  const found = new Map<Reader, PartitionRef[]>(readers.map((reader) => [reader, []]));
  for (const { partition, seat } of balance(readers, staying)) found.get(seat)?.push(partition);
  return found;
}

describe('the balance of a group', () => {
  it('gives each partition to one reader of its channel, and nobody two more than somebody who could take one', () => {
    fc.assert(
      fc.property(readers, (all) => {
        const found = shares(all);
        const given = [...found.values()].flat().map(partitionName);
        expect(new Set(given).size).toBe(given.length);
        expect(new Set(given)).toEqual(new Set(all.flatMap(({ partitions }) => partitions).map(partitionName)));
        const each = [...found].flatMap(([reader, has]) => has.map((partition) => ({ reader, partition, size: has.length })));
        for (const { reader, partition, size } of each) {
          expect(reads(reader, partition)).toBe(true);
          const others = [...found].filter(([other]) => reads(other, partition)).map(([, has]) => has.length);
          expect(size - Math.min(...others)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('leaves everything where it is when it is balanced', () => {
    fc.assert(
      fc.property(readers, (all) => {
        const before = balance(all, new Map());
        const after = balance(all, new Map(before.map(({ partition, seat }) => [partitionName(partition), seat])));
        const placed = (list: typeof before): string[] =>
          list.map(({ partition, seat }) => `${partitionName(partition)} ${seat.name}`).sort();
        expect(placed(after)).toEqual(placed(before));
      }),
    );
  });

  it('moves as few as it must when somebody joins', () => {
    const partitions = channel('a', 12);
    const [one, two, three] = ['one', 'two', 'three'].map((name): Reader => ({ name, partitions })) as [Reader, Reader, Reader];
    const before = balance([one, two], new Map());
    const staying = new Map(before.map(({ partition, seat }) => [partitionName(partition), seat]));
    const after = balance([one, two, three], staying);
    expect(after.filter(({ partition, seat }) => staying.get(partitionName(partition)) !== seat)).toHaveLength(4);
  });
});
