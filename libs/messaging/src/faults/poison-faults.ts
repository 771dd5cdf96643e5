import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@minos/common/testing';
import { Database } from '@minos/postgres';
import { ParkedKeys } from '../parked/parked-keys.js';
import { PostgresParkedStore } from '../postgres/parked/postgres-parked-store.js';
import { POISON_KEYS } from './fault-config.js';
import type { FaultChild } from './fault-child.js';
import type { Verdict } from './fault-checker.js';
import { FaultSystem, type SystemOptions } from './fault-system.js';

const WITHIN_MS = 150_000;

export interface PoisonReport {
  /** Why each poisonous key was parked, by key. */
  readonly causes: Readonly<Record<string, string | undefined>>;
  /** Consumer processes that died. */
  readonly deaths: number;
  /** Slowest healthy message while keys were poisonous, in milliseconds. */
  readonly slowestMs: number;
  /** Messages that were parked when the cure began. */
  readonly parked: number;
  readonly verdict: Verdict;
}

/** One key of each kind of poison among 1,000, then the cure: the next release, an edited body, and retries. */
export async function poisonKeys(options: SystemOptions & { readonly forMs: number }): Promise<PoisonReport> {
  const system = await FaultSystem.open(options);
  const operator = openOperator(system);
  try {
    for (const key of ['poison-throws', 'poison-kills']) await system.checker.atConsumer('insert into public.poison values ($1)', [key]);
    const source = system.spawn('source', { produce: { perSecond: 0, keys: 1_000, poisonOneIn: 40 }, relay: { corrupts: true } });
    const consumers = ['a', 'b'].map((name) => system.spawn(name, { consume: { sessionMs: 3_000 } }));
    await system.ready();
    await until(() => consumers.every(({ pulse }) => (pulse?.consumer?.partitions.length ?? 0) > 0), 'both to have partitions', WITHIN_MS);
    const guard = keepAlive(consumers);
    source.order({ kind: 'load', load: { perSecond: 50 } });
    await until(async () => (await parkedKeys(system, 200)) === POISON_KEYS.length, 'every poisonous key to be parked', WITHIN_MS);
    await pause(options.forMs);
    const { slowestMs } = await system.verdict();
    const causes = await causesOf(operator.keys);
    source.order({ kind: 'load', load: { perSecond: 20 } });
    guard.stop();
    const parked = [...(await system.checker.parked()).values()].reduce((sum, count) => sum + count, 0);
    await cure(system, operator.keys, consumers);
    await FaultSystem.silence(source);
    await until(async () => (await parkedKeys(system, 100)) === 0, 'everything to be drained', WITHIN_MS);
    await system.settled();
    return { causes, deaths: guard.deaths(), slowestMs, parked, verdict: await system.verdict() };
  } finally {
    await operator.close();
    await system.close();
  }
}

async function parkedKeys(system: FaultSystem, afterMs: number): Promise<number> {
  await pause(afterMs);
  return (await system.checker.parked()).size;
}

/** Deploys a release that knows everything, cures the keys, repairs the body, and retries all. */
async function cure(system: FaultSystem, keys: ParkedKeys, consumers: readonly FaultChild[]): Promise<void> {
  await system.checker.atConsumer('delete from public.poison');
  for (const child of consumers) {
    await child.stop();
    child.restart({ ...child.config, consume: { ...child.config.consume, fixed: true } });
    await child.ready();
  }
  const { group, events } = system.place;
  const { messages } = await keys.inspect({ consumer: group, channel: events, key: 'poison-json' });
  const [first] = messages;
  if (first !== undefined) await keys.edit(first, { body: '{"text":"repaired"}' }, { by: 'ann' });
  await keys.retry({ consumer: group }, { by: 'ann', reason: 'the next release knows them' });
}

async function causesOf(keys: ParkedKeys): Promise<Record<string, string | undefined>> {
  return Object.fromEntries((await keys.list()).map(({ key, cause }) => [key, cause?.code]));
}

/** What an operator has: the store of the parked keys. */
export function openOperator(system: FaultSystem): { readonly keys: ParkedKeys; close(): Promise<void> } {
  const database = new Database({ connectionString: system.place.consumerUrl });
  return { keys: new ParkedKeys(new PostgresParkedStore(database)), close: () => database.close() };
}

/** Begins processes anew that have ended by themselves, as whatever runs them would. */
export function keepAlive(children: readonly FaultChild[]): { stop(): void; deaths(): number } {
  let deaths = 0;
  const looking = setInterval(() => {
    for (const child of children.filter(({ ended }) => ended !== undefined)) {
      deaths += 1;
      child.restart();
    }
  }, 50);
  return { stop: () => clearInterval(looking), deaths: () => deaths };
}
