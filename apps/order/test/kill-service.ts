import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@minos/common/testing';
import { scratchServer } from '../../../tools/testing/scratch-server.js';
import { readLedger } from './ledger.js';
import type { Ledger } from './ledger.js';
import { OrderLoad } from './order-load.js';
import { freePort, startService } from '../../../tools/testing/service-process.js';

/** Commands that are through before each kill, at the least. */
const THROUGH = 6;

export interface KillReport {
  readonly ledger: Ledger;
  readonly acknowledged: number;
  readonly kills: number;
  /** Refusals that a careful client cannot explain: its command was taken for another one. */
  readonly contradictions: number;
}

/** Kills the service `kills` times with SIGKILL at random moments under load, then reads what is stored. */
export async function killUnderLoad(kills: number): Promise<KillReport> {
  const server = await scratchServer();
  const port = await freePort();
  const load = new OrderLoad(`http://127.0.0.1:${port}`, 8);
  try {
    for (let kill = 0; kill < kills; kill++) {
      const before = load.acknowledged.length;
      const service = await startService({ databaseUrl: server.url, port });
      // A kill that hits an idle service would prove nothing: some commands are through first, then chance decides.
      await until(() => load.acknowledged.length >= before + THROUGH, 'commands to be acknowledged');
      await pause(Math.random() * 200);
      await service.kill('SIGKILL');
    }
    const last = await startService({ databaseUrl: server.url, port });
    await load.stop();
    await last.kill('SIGTERM');
    const ledger = await readLedger(orderDatabase(server.url), load.acknowledged);
    const contradictions = load.refused.filter(({ status, retryAfter }) => status < 500 && retryAfter === null).length;
    return { ledger, acknowledged: load.acknowledged.length, kills, contradictions };
  } finally {
    await load.stop();
    await server.remove();
  }
}

/** The database that the service makes for itself on the given server. */
export function orderDatabase(serverUrl: string): string {
  const url = new URL(serverUrl);
  url.pathname = '/order';
  return url.href;
}
