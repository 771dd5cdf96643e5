import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@minos/common/testing';
import { Client } from 'pg';
import type { Verdict } from './fault-checker.js';
import { FaultSystem, type SystemOptions } from './fault-system.js';

const WITHIN_MS = 120_000;
/** So many at the least, however slow the machine. */
const FEWEST = 20;

export interface EvolveReport {
  readonly before: Verdict;
  /** Lost are the events of the new type: nobody handles them. */
  readonly after: Verdict;
  readonly ignored: number;
  readonly parked: number;
}

/** Under load a producer begins to send events of a new type, and a new field in those that are known. */
export async function producerEvolves(options: SystemOptions & { readonly forMs: number }): Promise<EvolveReport> {
  const system = await FaultSystem.open(options);
  try {
    const source = system.spawn('source', { produce: { perSecond: 0, keys: 200 }, relay: {} });
    const consumer = system.spawn('consumer', { consume: { sessionMs: 10_000 } });
    await system.ready();
    await until(() => (consumer.pulse?.consumer?.partitions.length ?? 0) === 8, 'the consumer to have its partitions', WITHIN_MS);
    source.order({ kind: 'load', load: { perSecond: 100 } });
    await pause(options.forMs);
    const before = await system.verdict();
    source.order({ kind: 'load', load: { evolved: true } });
    await pause(options.forMs);
    const ignored = (): number => consumer.pulse?.consumer?.counts.ignored ?? 0;
    await until(() => ignored() > FEWEST, 'events of the new type', WITHIN_MS);
    await system.stopProducing();
    await until(async () => (await system.checker.waiting()) === 0 && (await system.lag()) === 0, 'everything to be read', WITHIN_MS);
    const parked = (await system.checker.parked()).size;
    const after = await system.verdict();
    // What it says of itself comes behind what it has done.
    await until(() => ignored() >= after.lost, 'the consumer to tell what it ignored', WITHIN_MS).catch(() => undefined);
    return { before, after, ignored: ignored(), parked };
  } finally {
    await system.close();
  }
}

export interface RepeatReport extends Verdict {
  readonly duplicates: number;
}

/** Every message is published three times, shuffled across keys. */
export async function thriceAndShuffled(
  options: SystemOptions & { readonly forMs: number; readonly noInbox?: boolean },
): Promise<RepeatReport> {
  const { forMs, noInbox = false } = options;
  const system = await FaultSystem.open(options);
  try {
    system.spawn('source', { produce: { perSecond: 80, keys: 100 }, relay: { times: 3 } });
    const consumers = ['a', 'b'].map((name) => system.spawn(name, { consume: { sessionMs: 10_000, noInbox } }));
    await system.ready();
    await pause(forMs);
    await until(() => system.accepted.size > FEWEST, 'messages to be sent', WITHIN_MS);
    await system.stopProducing();
    await system.settled();
    await until(async () => (await system.lag()) === 0, 'everything to be read', WITHIN_MS);
    const verdict = await system.verdict();
    const duplicates = (): number => consumers.reduce((sum, { pulse }) => sum + (pulse?.consumer?.counts.duplicates ?? 0), 0);
    // What they say of themselves comes behind what they have done.
    if (!noInbox) await until(() => duplicates() >= verdict.sent * 2, 'the consumers to tell', WITHIN_MS).catch(() => undefined);
    return { duplicates: duplicates(), ...verdict };
  } finally {
    await system.close();
  }
}

export interface RestoreReport extends Verdict {
  /** Effects that the restored database did not have any more. */
  readonly undone: number;
}

/** Under load the consumer's database is set back to a copy from `agoMs` before. */
export async function restoredDatabase(options: SystemOptions & { readonly agoMs: number }): Promise<RestoreReport> {
  const system = await FaultSystem.open(options);
  try {
    system.spawn('source', { produce: { perSecond: 80, keys: 100 }, relay: {} });
    const consumers = ['a', 'b'].map((name) => system.spawn(name, { consume: {} }));
    await system.ready();
    await until(() => consumers.every(({ hasWorked }) => hasWorked), 'the consumers to work', WITHIN_MS);
    const url = system.place.consumerUrl;
    const name = new URL(url).pathname.slice(1);
    const copy = `${name}_copy`;
    await Promise.all(consumers.map((consumer) => consumer.stop()));
    await system.checker.close();
    await administrate(system.place.producerUrl, `create database ${copy} template ${name}`);
    const kept = (await system.checker.counts()).effects;
    for (const consumer of consumers) consumer.restart();
    await system.ready();
    await pause(options.agoMs);
    const further = async (): Promise<number | false> => {
      const { effects } = await system.checker.counts();
      return effects > kept + 100 && effects;
    };
    const reached = await until(further, 'effects that the restored database will lack', WITHIN_MS);
    await Promise.all(consumers.map((consumer) => consumer.kill('SIGKILL')));
    await system.checker.close();
    await administrate(system.place.producerUrl, `drop database ${name} with (force)`, `alter database ${copy} rename to ${name}`);
    for (const consumer of consumers) consumer.restart();
    await system.ready();
    await system.stopProducing();
    await system.settled();
    return { undone: reached - kept, ...(await system.verdict()) };
  } finally {
    await system.close();
  }
}

async function administrate(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
