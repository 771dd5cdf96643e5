import { median } from '../statistics.js';
import { flood, perSecond } from './busy.js';
import type { SagaBench } from './context.js';

/** Whether instances that wait slow the others down. */
export async function benchWaiting({ report, floor, server, sizes }: SagaBench): Promise<void> {
  report.section(`Beside ${sizes.waiting.toLocaleString('en-GB')} instances that wait`);
  const rates = async (): Promise<number> => {
    const found: number[] = [];
    for (let round = 0; round < sizes.rounds; round++) {
      await server.checkpoint();
      found.push(perSecond(await flood(floor.trader, sizes.seconds)));
    }
    return median(found);
  };
  const empty = await rates();
  await floor.trader.ask('fill', sizes.waiting);
  await flood(floor.trader, 1);
  const full = await rates();
  report.rate('with none', empty, 'sagas/s');
  report.rate('with all of them', full, 'sagas/s');
  report.figure({
    name: 'waitingOverEmpty',
    what: `with ${sizes.waiting.toLocaleString('en-GB')} waiting / with none`,
    value: full / empty,
    unit: '×',
    target: { bound: 'at least', value: 0.9 },
  });
}
