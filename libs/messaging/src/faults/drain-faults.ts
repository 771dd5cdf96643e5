import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@minos/common/testing';
import type { FaultChild } from './fault-child.js';
import type { Verdict } from './fault-checker.js';
import { FaultSystem, type SystemOptions } from './fault-system.js';
import { openOperator } from './poison-faults.js';

const WITHIN_MS = 120_000;
const KEY = 'poison-throws';
/** Of about 150: enough to be in the middle of. */
const PARKED = 20;
/** Drains that were over before their fault came. */
const MOST_MISSED = 20;

export interface DrainReport extends Verdict {
  readonly rounds: number;
  /** Faults that fell into a drain, by kind; each until it did. */
  readonly during: { readonly kill: number; readonly rebalance: number; readonly arrivals: number };
  /** Parked at the end. */
  readonly parked: number;
}

type Fault = keyof DrainReport['during'];

/** Parks a key, cures it, and disturbs the drain: kills the process that drains, has another one come or go, or sends more. In turn. */
export async function disturbedDrains(options: SystemOptions & { readonly rounds: number }): Promise<DrainReport> {
  const system = await FaultSystem.open({ partitions: 2, ...options });
  const operator = openOperator(system);
  try {
    const source = system.spawn('source', { produce: { perSecond: 0, keys: 20, poisonOneIn: 2, poisonKeys: [KEY] }, relay: {} });
    const consumers = ['a', 'b'].map((name) => system.spawn(name, { consume: { sessionMs: 2_000, slowMs: 5, fixed: true } }));
    await system.ready();
    const during = { kill: 0, rebalance: 0, arrivals: 0 };
    const faults: readonly Fault[] = ['kill', 'rebalance', 'arrivals'];
    for (let [round, missed] = [0, 0]; round < options.rounds;) {
      if (missed > MOST_MISSED) throw new Error(`${missed} drains were over before their fault came.`);
      await system.checker.atConsumer('insert into public.poison values ($1)', [KEY]);
      source.order({ kind: 'burst', count: 300 });
      await until(() => parkedAtLeast(system, PARKED), 'messages to be parked', WITHIN_MS);
      await system.checker.atConsumer('delete from public.poison');
      await operator.keys.retry({ key: KEY }, { by: 'ann' }).catch(() => undefined);
      const fault = faults[round % faults.length] ?? 'kill';
      if (await strike(fault, { system, source, consumers })) {
        during[fault] += 1;
        round += 1;
      } else missed += 1;
      await until(() => drained(system, operator.keys), 'the key to be drained', WITHIN_MS);
    }
    await source.idle();
    await system.settled();
    const parked = [...(await system.checker.parked()).values()].reduce((sum, count) => sum + count, 0);
    return { rounds: options.rounds, during, parked, ...(await system.verdict()) };
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${await system.describe()}`, { cause: error });
  } finally {
    await operator.close();
    await system.close();
  }
}

interface Scene {
  readonly system: FaultSystem;
  readonly source: FaultChild;
  readonly consumers: readonly FaultChild[];
}

/** Waits until the drain has begun, then does it. Answers whether something was left to drain when it had been done. */
async function strike(fault: Fault, { system, source, consumers }: Scene): Promise<boolean> {
  let most = 0;
  const begun = async (): Promise<boolean> => {
    const now = await parkedOf(system);
    most = Math.max(most, now);
    // Where we were slow it may be over already.
    return now < most || now === 0;
  };
  await until(begun, 'the drain to begin', WITHIN_MS);
  const drainer = consumers.find(({ pulse }) => pulse?.consumer?.partitions.some(({ parkedKeys }) => parkedKeys > 0));
  const other = consumers.find((child) => child !== drainer);
  switch (fault) {
    case 'kill':
      await drainer?.kill('SIGKILL');
      break;
    case 'rebalance':
      await other?.stop();
      break;
    default:
      source.order({ kind: 'burst', count: 60 });
  }
  const hit = (await parkedOf(system)) > 0;
  for (const child of consumers.filter(({ ended }) => ended !== undefined)) child.restart();
  return hit;
}

async function parkedOf(system: FaultSystem): Promise<number> {
  return (await system.checker.parked()).get(KEY) ?? 0;
}

async function parkedAtLeast(system: FaultSystem, count: number): Promise<boolean> {
  await pause(20);
  return (await parkedOf(system)) >= count;
}

/** A message that failed when the cure came stands parked without anybody having asked for it again. */
async function drained(system: FaultSystem, keys: ReturnType<typeof openOperator>['keys']): Promise<boolean> {
  await pause(50);
  if ((await parkedOf(system)) === 0) return true;
  const [found] = await keys.list({ key: KEY });
  if (found?.state === 'parked') await keys.retry({ key: KEY }, { by: 'ann' }).catch(() => undefined);
  return false;
}
