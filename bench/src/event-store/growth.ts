import { callRate, interleave, rateOf, ratioOf } from '../measure.js';
import type { EventStoreBench } from './context.js';
import { fillEvents } from './fill.js';
import { Minos } from './minos.js';

const SIZES = [
  { name: '10,000 stored', streams: 1_000, length: 10 },
  { name: '1,000,000 stored', streams: 100_000, length: 10 },
] as const;

/** Append rate at a million stored events over the rate at ten thousand, in two databases of one server, in turns. */
export async function benchGrowth({ report, server }: EventStoreBench): Promise<void> {
  report.section('Append one event, 32 callers, by what is stored already');
  const stores: Minos[] = [];
  try {
    for (const { streams, length } of SIZES) {
      const store = await Minos.open(await server.createDatabase(`growth_${streams}`));
      stores.push(store);
      await fillEvents(store.url, 'growth', streams, length);
    }
    const sides = SIZES.map(({ name }, index) => ({
      name,
      run: (seconds: number) => callRate(32, seconds, async () => stores[index]?.append(1)),
    }));
    const rounds = await interleave(sides, { rounds: 7, seconds: 2, before: () => server.checkpoint() });
    for (const { name } of sides) report.rate(name, rateOf(rounds, name), 'appends/s');
    const value = ratioOf(rounds, SIZES[1].name, SIZES[0].name);
    report.figure({
      name: 'growth1m',
      what: 'rate at 1,000,000 stored / rate at 10,000',
      value,
      unit: '×',
      target: { bound: 'at least', value: 0.85 },
    });
  } finally {
    for (const store of stores) await store.close();
  }
}
