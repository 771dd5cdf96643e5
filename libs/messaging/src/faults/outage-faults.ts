import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@minos/common/testing';
import type { BrokerPlace } from './fault-config.js';
import type { Verdict } from './fault-checker.js';
import { FaultSystem } from './fault-system.js';

const PER_SECOND = 80;

/** The server of a broker, which a test takes away and brings back on the same address. */
export interface BrokerServer {
  readonly place: BrokerPlace;
  /** SIGKILL. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

export interface OutageReport extends Verdict {
  readonly downMs: number;
  /** Commands that were accepted, and that failed, while the broker was away. */
  readonly acceptedMeanwhile: number;
  readonly failed: number;
  /** From the broker's return until outbox and lag hold less than what a second brings, under load. */
  readonly recoveredMs: number;
  /** Processes that ended by themselves. */
  readonly ended: number;
}

/** The broker is killed under load and comes back later; no process of a service is touched. */
export async function brokerOutage(server: BrokerServer, forMs: number): Promise<OutageReport> {
  const system = await FaultSystem.open({ broker: server.place });
  try {
    const source = system.spawn('source', { produce: { perSecond: PER_SECOND, keys: 100 } });
    system.spawn('relay', { relay: {} });
    const consumers = ['a', 'b'].map((name) => system.spawn(name, { consume: { sessionMs: 5_000 } }));
    await system.ready();
    await until(() => consumers.every(({ hasWorked }) => hasWorked), 'the consumers to work', 120_000);
    await server.kill();
    const killed = performance.now();
    const before = system.accepted.size;
    await pause(forMs);
    // It stays away until enough was asked of the others, however slow the machine.
    await until(() => system.accepted.size > before + (PER_SECOND * forMs) / 2_000, 'commands to be accepted', 120_000);
    const acceptedMeanwhile = system.accepted.size - before;
    const downMs = Math.round(performance.now() - killed);
    await server.start();
    const back = performance.now();
    const caughtUp = async (): Promise<boolean> => {
      await pause(50);
      return (await system.checker.waiting()) < PER_SECOND && (await system.lag().catch(() => Infinity)) < PER_SECOND;
    };
    await until(caughtUp, 'outbox and lag to be small again', 120_000);
    const recoveredMs = Math.round(performance.now() - back);
    const ended = system.children.filter((child) => child.ended !== undefined).length;
    const failed = source.pulse?.failed ?? 0;
    await system.stopProducing();
    await system.settled();
    return { downMs, acceptedMeanwhile, failed, recoveredMs, ended, ...(await system.verdict()) };
  } finally {
    await system.close();
  }
}
