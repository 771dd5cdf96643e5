import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@minos/common/testing';
import { Client } from 'pg';
import type { Verdict } from './fault-checker.js';
import { FaultSystem } from './fault-system.js';

/** Bytes on disk, with indexes. */
export interface Sizes {
  readonly outbox: number;
  readonly inbox: number;
  readonly positions: number;
  readonly brokerLog: number;
}

export interface SizeOptions {
  readonly perSecond: number;
  readonly forMs: number;
  readonly rounds: number;
  /** Marks that are older are purged. */
  readonly marksAgeMs: number;
}

export interface SizeReport {
  /** At the end of each round, before the day of the broker is dropped. */
  readonly sizes: readonly Sizes[];
  /** After the last day was dropped. */
  readonly brokerAfterDrop: number;
  readonly verdict: Verdict;
}

/**
 * A steady load over several rounds. At the end of each round a day passes for the broker: when everything is read, the day's table is dropped as it would be when its
 * retention is over. So what a round leaves behind must be as large after the last one as after the first ones.
 */
export async function steadyLoad({ perSecond, forMs, rounds, marksAgeMs }: SizeOptions): Promise<SizeReport> {
  const system = await FaultSystem.open();
  try {
    const source = system.spawn('source', { produce: { perSecond: 0, keys: 1_000 }, relay: {} });
    const purge = { everyMs: Math.max(500, marksAgeMs / 10), ageMs: marksAgeMs };
    system.spawn('consumer', { consume: { sessionMs: 10_000, purge } });
    await system.ready();
    const sizes: Sizes[] = [];
    for (let round = 0; round < rounds; round += 1) {
      source.order({ kind: 'load', load: { perSecond } });
      const before = system.accepted.size;
      await pause(forMs);
      await until(() => system.accepted.size - before > (perSecond * forMs) / 4_000, 'messages to be sent', 120_000);
      await FaultSystem.silence(source);
      const idle = async (): Promise<boolean> => {
        await pause(200);
        return (await system.checker.waiting()) === 0 && (await system.lag()) === 0;
      };
      await until(idle, 'everything to be read', 120_000);
      sizes.push(await sizesOf(system));
      await dropDay(system);
    }
    await system.settled();
    return { sizes, brokerAfterDrop: (await sizesOf(system)).brokerLog, verdict: await system.verdict() };
  } finally {
    await system.close();
  }
}

const TABLE = 'select pg_total_relation_size($1::regclass)::float8 as bytes';
const PARTITIONS = 'select coalesce(sum(pg_total_relation_size(relid)), 0)::float8 as bytes from pg_partition_tree($1::regclass)';

async function sizesOf({ place }: FaultSystem): Promise<Sizes> {
  return {
    outbox: await bytes(place.producerUrl, TABLE, 'minos.outbox'),
    inbox: await bytes(place.consumerUrl, TABLE, 'minos.inbox'),
    positions: await bytes(place.consumerUrl, TABLE, 'minos.consumer_positions'),
    brokerLog: await bytes(brokerUrl(place.broker), PARTITIONS, 'minos_broker.messages'),
  };
}

/** As the upkeep would, after the retention of every channel. */
async function dropDay({ place }: FaultSystem): Promise<void> {
  const url = brokerUrl(place.broker);
  await run(url, `select minos_broker.drop_days_at(clock_timestamp() + interval '30 days')`);
  await run(url, 'select minos_broker.prepare_days(3)');
}

function brokerUrl(broker: FaultSystem['place']['broker']): string {
  return broker.kind === 'postgres' ? broker.url : '';
}

async function bytes(url: string, statement: string, table: string): Promise<number> {
  const [row] = await run<{ bytes: number }>(url, statement, [table]);
  return row?.bytes ?? 0;
}

async function run<R>(url: string, statement: string, values: readonly unknown[] = []): Promise<R[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement, [...values])).rows as R[];
  } finally {
    await client.end();
  }
}
