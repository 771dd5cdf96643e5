import type { MessagingBench } from './context.js';
import type { IdleCalls } from './idle.js';
import { Peer } from '../peer.js';
import type { BrokerPlace } from './places.js';

/** What a service costs that has nothing to do. */
export async function benchIdle({ quick, report, databases, server }: MessagingBench): Promise<void> {
  report.section('A service with nothing to do: relay, consumers of three channels, publisher of events, runner of schedules');
  const broker: BrokerPlace = { kind: 'postgres', url: databases.broker };
  const idle = await Peer.start<IdleCalls>('idle', { url: await databases.service('idle'), broker });
  try {
    // What starts up polls often at first.
    await idle.ask('rest', quick ? 3 : 10);
    const before = await server.transactions();
    const seconds = quick ? 5 : 20;
    const value = await idle.ask('rest', seconds);
    report.rate('transactions of the server', ((await server.transactions()) - before) / seconds, '/s');
    report.figure({
      name: 'idleCpuPercent',
      what: 'process time of an idle service',
      value,
      unit: '% of a core',
      target: { bound: 'at most', value: 1 },
    });
    report.rate('process time', value, '% of a core');
  } finally {
    await idle.close();
  }
}
