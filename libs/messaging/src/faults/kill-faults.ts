import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@minos/common/testing';
import type { ConsumerConfig, ProducerConfig, RelayConfig } from './fault-config.js';
import type { FaultChild } from './fault-child.js';
import type { Verdict } from './fault-checker.js';
import { FaultSystem, type SystemOptions } from './fault-system.js';

export interface KillOptions extends SystemOptions {
  readonly kills: number;
  /** @default 1000 */
  readonly everyMs?: number;
  readonly produce?: Partial<ProducerConfig>;
  readonly relay?: RelayConfig;
  readonly consume?: ConsumerConfig;
  /** Messages may be lost: the end is when nothing more happens. @default false */
  readonly loses?: boolean;
}

export interface KillReport extends Verdict {
  /** Processes that were killed after they had done some work. */
  readonly kills: number;
  readonly killed: { readonly producer: number; readonly relay: number; readonly consumer: number };
}

/** Kills two producers, two relays and two consumers in turn with SIGKILL under load; each begins anew at once. */
export async function killUnderLoad(options: KillOptions): Promise<KillReport> {
  const { kills, everyMs = 1_000, relay = {}, consume = {} } = options;
  const produce: ProducerConfig = { perSecond: 40, keys: 100, ...options.produce };
  const system = await FaultSystem.open(options);
  try {
    const killed = { producer: 0, relay: 0, consumer: 0 };
    const turns = (['producer', 'relay', 'consumer'] as const).flatMap((role) =>
      ['a', 'b'].map((name) => ({
        role,
        child: system.spawn(
          `${role}-${name}`,
          {
            producer: { produce },
            relay: { relay: { leaseMs: 1_000, ...relay } },
            consumer: { consume: { sessionMs: 2_500, ...consume } },
          }[role],
        ),
      })),
    );
    // Not both of one role one after the other.
    turns.sort((one, other) => one.child.config.name.slice(-1).localeCompare(other.child.config.name.slice(-1)));
    await system.ready();
    for (let kill = 0; kill < kills; kill += 1) {
      const turn = turns[kill % turns.length];
      if (turn === undefined) break;
      const due = pause(everyMs);
      await until(() => turn.child.hasWorked, `${turn.child.config.name} to work`, 120_000);
      await due;
      await strike(turn.child);
      killed[turn.role] += 1;
    }
    await system.ready();
    await system.stopProducing();
    await (options.loses ? system.quiet() : system.settled());
    return { kills: killed.producer + killed.relay + killed.consumer, killed, ...(await system.verdict()) };
  } finally {
    await system.close();
  }
}

/** At a moment that chance makes. */
async function strike(child: FaultChild): Promise<void> {
  await pause(Math.random() * 100);
  await child.kill('SIGKILL');
  child.restart();
}
