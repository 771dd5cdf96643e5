import { uuidv7 } from '@minos/common';
import { Pool } from 'pg';
import PgBoss from 'pg-boss';
import { callRate } from '../measure.js';
import { sharedNow } from '../peer.js';
import { EFFECT_DATA, EFFECT_TYPE, MESSAGE_DATA } from './sample-message.js';

const QUEUE = 'orders';

export type BossSenderCalls = {
  readonly flood: (options: {
    readonly callers: number;
    readonly seconds: number;
  }) => Promise<{ readonly messages: number; readonly since: number }>;
};

export type BossWorkerCalls = {
  readonly handled: (messages: number) => Promise<{ readonly at: number }>;
};

/** Connections of each side. More were slower. */
const CONNECTIONS = 10;
/** Jobs that a worker fetches, writes and completes at once. */
const BATCH = 500;
const WORKERS = 2;
const EFFECT = JSON.stringify(EFFECT_DATA);

const INSERT_EFFECTS = `insert into bench.events (position, stream, version, id, type, schema_version, data, metadata, key_hash)
  select nextval('minos.events_position'), 'stock-' || id, 1, id, $2, 1, $3::json, '{}', 0 from unnest($1::uuid[]) as m (id)
  on conflict do nothing`;

/** A job is one statement, which is the transaction: nothing else is written with it here. */
export async function openBossSender({ url }: { readonly url: string }) {
  const boss = await startBoss(url);
  await boss.createQueue(QUEUE);
  const calls: BossSenderCalls = {
    flood: async ({ callers, seconds }) => {
      const since = sharedNow();
      let messages = 0;
      await callRate(callers, seconds, async () => {
        await boss.send(QUEUE, { ...MESSAGE_DATA, id: uuidv7() });
        messages += 1;
      });
      return { messages, since };
    },
  };
  return { calls, close: () => boss.stop({ graceful: false, wait: true }) };
}

/** Fetches and completes in a loop of its own, as the documentation allows: `work()` waits half a second between batches. */
export async function openBossWorker({ url, receiver }: { readonly url: string; readonly receiver: string }) {
  const boss = await startBoss(url);
  const pool = new Pool({ connectionString: receiver, max: WORKERS });
  let handled = 0;
  let stopped = false;
  const work = async (): Promise<void> => {
    while (!stopped) {
      const jobs = await boss.fetch(QUEUE, { batchSize: BATCH, priority: false });
      const ids = (jobs ?? []).map(({ id }) => id);
      if (ids.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      else {
        await pool.query({ name: 'boss_effects', text: INSERT_EFFECTS, values: [ids, EFFECT_TYPE, EFFECT] });
        await boss.complete(QUEUE, ids);
        handled += ids.length;
      }
    }
  };
  const working = Promise.all(Array.from({ length: WORKERS }, work));
  let told = 0;
  const calls: BossWorkerCalls = {
    handled: async (messages) => {
      while (handled < told + messages) await new Promise((resolve) => setTimeout(resolve, 5));
      told += messages;
      return { at: sharedNow() };
    },
  };
  const close = async (): Promise<void> => {
    stopped = true;
    await working;
    await boss.stop({ graceful: false, wait: true });
    await pool.end();
  };
  return { calls, close };
}

/** Without what it does besides: schedules, and looking after old jobs, of which there are none. */
async function startBoss(connectionString: string): Promise<PgBoss> {
  const boss = new PgBoss({ connectionString, max: CONNECTIONS, schedule: false, supervise: false });
  boss.on('error', (error) => console.error(error));
  return boss.start();
}
