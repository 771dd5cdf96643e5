import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@minos/common/testing';
import type { ConsumerConfig } from './fault-config.js';
import type { FaultChild } from './fault-child.js';
import type { Verdict } from './fault-checker.js';
import { FaultSystem, type SystemOptions } from './fault-system.js';

const WITHIN_MS = 120_000;
const BURST = 200;
const MOST_BURSTS = 20;
/** So many handlers under way that the process is in the middle of its work. */
const AT_WORK = 5;

export interface ConsumerZombieOptions extends SystemOptions {
  readonly rounds: number;
  readonly consume?: ConsumerConfig;
}

export interface ZombieReport extends Verdict {
  /** Processes that were stopped with messages in hand, and went on after others had taken over. */
  readonly zombies: number;
  /** How often messages were sent, {@link BURST} each time: again where the process had done its own before it could be stopped. */
  readonly bursts: number;
  /** Units of theirs that the fence refused. */
  readonly fenced: number;
}

/**
 * Two consumers; in turn one is stopped with messages in hand, for longer than its session, and goes on when the other one has done its work. The marks are purged
 * meanwhile, so that nothing but the fence of the partition stands between the zombie and a second effect.
 */
export async function consumerZombies(options: ConsumerZombieOptions): Promise<ZombieReport> {
  const system = await FaultSystem.open(options);
  try {
    // The pauses of handlers end long before the session: when the process goes on, their units come before it can know.
    const consume = { sessionMs: 6_000, slowMs: 300, ...options.consume };
    const source = system.spawn('source', { produce: { perSecond: 0, keys: 60 }, relay: {} });
    const consumers = ['a', 'b'].map((name) => system.spawn(name, { consume }));
    await system.ready();
    let zombies = 0;
    let bursts = 0;
    for (let round = 0; round < options.rounds; round += 1) {
      await until(() => consumers.every(holdsSomething), 'both to have partitions', WITHIN_MS);
      const victim = consumers[round % 2];
      if (victim === undefined) break;
      bursts += await stopAndResume(system, source, victim);
      zombies += 1;
    }
    const fenced = consumers.reduce((sum, { pulse }) => sum + (pulse?.fenced ?? 0), 0);
    return { zombies, bursts, fenced, ...(await system.verdict()) };
  } finally {
    await system.close();
  }
}

/** Answers how many bursts of messages it took. */
async function stopAndResume(system: FaultSystem, source: FaultChild, victim: FaultChild): Promise<number> {
  const before = (await system.checker.counts()).sent;
  let bursts = 0;
  do {
    if (bursts === MOST_BURSTS) throw new Error(`${victim.config.name} was not caught at work in ${bursts} bursts of ${BURST} messages.`);
    source.order({ kind: 'burst', count: BURST });
    bursts += 1;
  } while (!(await stoppedAtWork(victim)));
  const done = async (): Promise<boolean> => {
    await pause(50);
    const { sent, distinct } = await system.checker.counts();
    return sent >= before + bursts * BURST && distinct >= sent && (await system.lag()) === 0;
  };
  await until(done, 'the other one to do it all', WITHIN_MS);
  await system.checker.atConsumer('delete from minos.inbox');
  await victim.kill('SIGCONT');
  await until(() => victim.inHand === 0, `${victim.config.name} to notice`, WITHIN_MS);
  // By then it has been told what became of the units that it had under way.
  await until(() => holdsSomething(victim), `${victim.config.name} to be back`, WITHIN_MS);
  return bursts;
}

/** Stops it when it says that its handlers are under way; where we were slow it goes on, and answers false. */
async function stoppedAtWork(victim: FaultChild): Promise<boolean> {
  const isAtWork = (): boolean => (victim.pulse?.handling ?? 0) >= AT_WORK;
  const works = await until(isAtWork, 'handlers under way', 10_000).catch(() => false);
  if (!works) return false;
  await victim.kill('SIGSTOP');
  // What it said before has come when two timers have gone off, however late.
  await pause(100);
  await pause(100);
  if (isAtWork()) return true;
  await victim.kill('SIGCONT');
  return false;
}

function holdsSomething({ pulse }: FaultChild): boolean {
  return pulse?.consumer?.member?.state === 'active' && pulse.consumer.partitions.length > 0;
}

export interface RelayZombieOptions extends SystemOptions {
  readonly pauses: number;
  readonly consume?: ConsumerConfig;
}

export interface RelayZombieReport extends Verdict {
  readonly pauses: number;
  /** Messages that came to the consumer more than once. */
  readonly duplicates: number;
}

/** Four relays; in turn one is stopped for longer than its lease under load, and goes on. */
export async function relayZombies({ pauses, consume = {}, ...options }: RelayZombieOptions): Promise<RelayZombieReport> {
  const system = await FaultSystem.open(options);
  try {
    const leaseMs = 500;
    const source = system.spawn('source', { produce: { perSecond: 150, keys: 100 } });
    const relays = ['a', 'b', 'c', 'd'].map((name) => system.spawn(`relay-${name}`, { relay: { leaseMs } }));
    const consumer = system.spawn('consumer', { consume });
    await system.ready();
    await until(() => relays.every(({ hasWorked }) => hasWorked), 'all relays to work', WITHIN_MS);
    for (let time = 0; time < pauses; time += 1) await standStill(relays[time % relays.length] as FaultChild, leaseMs * 2.5);
    await source.stop();
    await (consume.noInbox ? system.quiet() : system.settled());
    return { pauses, duplicates: consumer.pulse?.consumer?.counts.duplicates ?? 0, ...(await system.verdict()) };
  } finally {
    await system.close();
  }
}

async function standStill(relay: FaultChild, forMs: number): Promise<void> {
  const work = (): number => relay.pulse?.work ?? 0;
  const before = work();
  await until(() => work() > before, `${relay.config.name} to work`, WITHIN_MS);
  await relay.kill('SIGSTOP');
  await pause(forMs);
  await relay.kill('SIGCONT');
}
