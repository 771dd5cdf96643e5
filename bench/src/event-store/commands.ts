import { interleave, rateOf, ratioOf, secondsOf } from '../measure.js';
import type { EventStoreBench } from './context.js';

const COMMANDS = 1000;

/** 1,000 commands at once on one aggregate, against 1,000 commands at once on as many aggregates. */
export async function benchCommands({ report, minos, quick }: EventStoreBench): Promise<void> {
  report.section(`${COMMANDS} concurrent commands through the repository`);
  let round = 0;
  const hot = async (): Promise<number> => {
    const id = `hot-${round++}`;
    await minos.create(id);
    return COMMANDS / (await secondsOf(() => all(() => minos.command(id))));
  };
  const spread = async (): Promise<number> => {
    const prefix = `spread-${round++}`;
    await all((index) => minos.create(`${prefix}-${index}`));
    return COMMANDS / (await secondsOf(() => all((index) => minos.command(`${prefix}-${index}`))));
  };
  const sides = [
    { name: 'one aggregate', run: hot },
    { name: `${COMMANDS} aggregates`, run: spread },
  ];
  const rounds = await interleave(sides, { rounds: quick ? 3 : 11, seconds: 0 });
  for (const { name } of sides) report.rate(name, rateOf(rounds, name), 'commands/s');
  const value = ratioOf(rounds, `${COMMANDS} aggregates`, 'one aggregate');
  report.figure({
    name: 'hotOverSpread',
    what: 'time on one aggregate / time on 1,000',
    value,
    unit: '×',
    target: { bound: 'at most', value: 3 },
  });
}

async function all(command: (index: number) => Promise<unknown>): Promise<void> {
  await Promise.all(Array.from({ length: COMMANDS }, (_, index) => command(index)));
}
