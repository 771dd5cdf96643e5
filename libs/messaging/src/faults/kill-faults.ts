import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@minos/common/testing';
import type { ConsumerConfig, ProducerConfig, RelayConfig } from './fault-config.js';
import type { FaultChild } from './fault-child.js';
import type { Verdict } from './fault-checker.js';
import { FaultSystem, type SystemOptions } from './fault-system.js';

const WITHIN_MS = 120_000;
/** Messages at the least, however slow the machine. */
const FEWEST = 100;
/** Kills of a control beyond those that were asked for. */
const MOST_MORE = 40;

export interface KillOptions extends SystemOptions {
  readonly kills: number;
  /** @default 1000 */
  readonly everyMs?: number;
  readonly produce?: Partial<ProducerConfig>;
  readonly relay?: RelayConfig;
  readonly consume?: ConsumerConfig;
  /** Messages may be lost: the end is when nothing more happens. @default false */
  readonly loses?: boolean;
  /** Control: kills that do so by chance go on until something was done twice. @default false */
  readonly doubles?: boolean;
}

export interface KillReport extends Verdict {
  /** Processes that were killed after they had done some work. */
  readonly kills: number;
  readonly killed: { readonly producer: number; readonly relay: number; readonly consumer: number };
}

/** Kills two producers, two relays and two consumers in turn with SIGKILL under load; each begins anew at once. */
export async function killUnderLoad(options: KillOptions): Promise<KillReport> {
  const { kills, everyMs = 1_000 } = options;
  const system = await FaultSystem.open(options);
  try {
    const killed = { producer: 0, relay: 0, consumer: 0 };
    const turns = spawnAll(system, options);
    await system.ready();
    const ends = async (kill: number): Promise<boolean> =>
      kill >= kills && (options.doubles !== true || kill >= kills + MOST_MORE || (await system.verdict()).doubled > 0);
    for (let kill = 0; !(await ends(kill)); kill += 1) {
      const turn = turns[kill % turns.length];
      if (turn === undefined) break;
      const due = pause(everyMs);
      await until(() => turn.child.hasWorked, `${turn.child.config.name} to work`, WITHIN_MS);
      await due;
      await strike(turn.child, system);
      killed[turn.role] += 1;
    }
    await system.ready();
    await until(() => system.accepted.size > FEWEST, 'messages to be sent', WITHIN_MS);
    await system.stopProducing();
    await (options.loses ? system.quiet() : system.settled());
    return { kills: killed.producer + killed.relay + killed.consumer, killed, ...(await system.verdict()) };
  } finally {
    await system.close();
  }
}

interface Turn {
  readonly role: keyof KillReport['killed'];
  readonly child: FaultChild;
}

/** Two of each role, not one after the other. */
function spawnAll(system: FaultSystem, { produce, relay, consume }: KillOptions): Turn[] {
  const roles = {
    producer: { produce: { perSecond: 40, keys: 100, ...produce } },
    relay: { relay: { leaseMs: 1_000, ...relay } },
    consumer: { consume: { sessionMs: 2_500, ...consume } },
  };
  const names = ['producer', 'relay', 'consumer'] as const;
  return ['a', 'b'].flatMap((name) => names.map((role) => ({ role, child: system.spawn(`${role}-${name}`, roles[role]) })));
}

/** At a moment that chance makes; a relay that forgets before it publishes, between the two. */
async function strike(child: FaultChild, system: FaultSystem): Promise<void> {
  await pause(Math.random() * 100);
  if (child.config.relay?.forgetFirst === true) await until(() => stoppedBetween(child, system), 'something forgotten', WITHIN_MS);
  await child.kill('SIGKILL');
  child.restart();
}

/** A process that stands does not publish what it has forgotten before. */
async function stoppedBetween(child: FaultChild, { checker }: FaultSystem): Promise<boolean> {
  await child.kill('SIGSTOP');
  if ((await checker.forgotten(child.pid)) > 0) return true;
  await child.kill('SIGCONT');
  await pause(Math.random() * 50);
  return false;
}
