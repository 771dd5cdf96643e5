import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@minos/common/testing';
import type { Verdict } from './fault-checker.js';
import { FaultSystem, type SystemOptions } from './fault-system.js';

const WITHIN_MS = 120_000;

export interface EndReport extends Verdict {
  readonly ends: number;
  /** Ends while messages were in handling, or on their way to the broker. */
  readonly busy: number;
  /** Exit codes other than 0. */
  readonly codes: readonly unknown[];
  readonly slowestEndMs: number;
}

/** SIGTERM to a relay and a consumer in turn, each while it works. */
export async function orderlyEnds(options: SystemOptions & { readonly ends: number }): Promise<EndReport> {
  const system = await FaultSystem.open(options);
  try {
    system.spawn('source', { produce: { perSecond: 60, keys: 100 } });
    const victims = [system.spawn('relay', { relay: {} }), system.spawn('consumer', { consume: { sessionMs: 10_000, slowMs: 300 } })];
    await system.ready();
    const codes: unknown[] = [];
    let busy = 0;
    let slowestEndMs = 0;
    for (let end = 0; end < options.ends; end += 1) {
      const victim = victims[end % victims.length];
      if (victim === undefined) break;
      await until(() => victim.hasWorked && (end % 2 === 0 || victim.inHand > 0), `${victim.config.name} to work`, WITHIN_MS);
      if (end % 2 === 1 || (await system.checker.waiting()) > 0) busy += 1;
      await pause(Math.random() * 50);
      const { code, afterMs } = await victim.stop();
      if (code !== 0) codes.push(code);
      slowestEndMs = Math.max(slowestEndMs, afterMs);
      victim.restart();
      await victim.ready();
    }
    await system.stopProducing();
    await system.settled();
    return { ends: options.ends, busy, codes, slowestEndMs, ...(await system.verdict()) };
  } finally {
    await system.close();
  }
}

export interface BlockedReport {
  /** How long the blocked process was not heard, while it was blocked. */
  readonly silentMs: number;
  /** Age of the oldest message that waits, as the broker says it meanwhile, in seconds. */
  readonly ageSeconds: number;
}

/** The only consumer's loop is blocked while messages come: it cannot say so, the broker can. */
export async function blockedLoop(options: SystemOptions & { readonly forMs: number }): Promise<BlockedReport> {
  const system = await FaultSystem.open(options);
  try {
    system.spawn('source', { produce: { perSecond: 50, keys: 50 }, relay: {} });
    const consumer = system.spawn('consumer', { consume: {} });
    await system.ready();
    await until(() => consumer.hasWorked, 'the consumer to work', WITHIN_MS);
    consumer.order({ kind: 'block', forMs: WITHIN_MS });
    const silentMs = (): number => performance.now() - consumer.heardAt;
    const age = async (): Promise<number> => {
      const lags = await system.broker.lag(system.place.group, [system.place.events, system.place.commands]);
      return Math.max(...lags.map((one) => one.ageSeconds));
    };
    await until(() => silentMs() > options.forMs, 'the process to fall silent', WITHIN_MS);
    const ageSeconds = await until(async () => (await age()) > 1 && (await age()), 'the broker to say that messages wait', WITHIN_MS);
    return { silentMs: Math.round(silentMs()), ageSeconds };
  } finally {
    await system.close();
  }
}
