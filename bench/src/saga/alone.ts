import { median } from '../statistics.js';
import type { SagaBench } from './context.js';

/** What one saga takes, and costs, where nothing else is under way. */
export async function benchAlone({ report, floor, line, count, sizes }: SagaBench): Promise<void> {
  report.section(`One saga at a time, ${sizes.alone} of them`);
  await floor.trader.ask('alone', 5);
  let times: readonly number[] = [];
  const statements = await count.during(async () => (times = await floor.trader.ask('alone', sizes.alone)));
  const took = median([...times]);
  const hop = median(await line.delays(20, sizes.hopSeconds));
  report.rate('from its start to its end, median', took, 'ms');
  report.rate('from a commit to the handler of a message, median', hop, 'ms');
  report.figure({
    name: 'idleOverHop',
    what: 'one saga alone / one hop of a message',
    value: took / hop,
    unit: '×',
    target: { bound: 'at most', value: 8 },
  });
  report.figure({
    name: 'statementsAlone',
    what: 'SQL statements of one saga alone, over all services',
    value: statements / sizes.alone,
    unit: '',
    target: { bound: 'at most', value: 60 },
  });
}
