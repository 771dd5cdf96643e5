import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';
import { AwakeTime, until } from '@minos/common/testing';
import { Database, migrate, MIGRATIONS as POSTGRES_MIGRATIONS } from '@minos/postgres';
import { createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import type { Broker } from '../contracts/broker.js';
import { MIGRATIONS } from '../migrations/index.js';
import { BROKER_MIGRATIONS } from '../postgres/broker/migrations/index.js';
import { openBroker } from './fault-broker.js';
import { FaultChecker, type Verdict } from './fault-checker.js';
import { FaultChild } from './fault-child.js';
import type { BrokerPlace, ProcessConfig, SystemPlace } from './fault-config.js';
import { CREATE_LEDGER } from './fault-ledger.js';

const STANDS_STILL_MS = 120_000;

export interface SystemOptions {
  /** @default a database of the test server */
  readonly broker?: BrokerPlace;
  /** @default 4 */
  readonly partitions?: number;
}

type Roles = Pick<ProcessConfig, 'produce' | 'relay' | 'consume'>;

/** Databases, channels and processes of one fault test. */
export class FaultSystem {
  readonly children: FaultChild[] = [];
  readonly accepted = new Set<string>();
  readonly checker: FaultChecker;

  private constructor(
    readonly place: SystemPlace,
    /** Of the parent, to look at lag and to publish. */
    readonly broker: Broker,
    private readonly closing: (() => Promise<unknown>)[],
  ) {
    this.checker = new FaultChecker(place.producerUrl, place.consumerUrl);
  }

  static async open({ broker, partitions = 4 }: SystemOptions = {}): Promise<FaultSystem> {
    const producer = await serviceDatabase();
    const consumer = await serviceDatabase();
    const drops = [() => producer.drop(), () => consumer.drop()];
    const place = broker ?? (await brokerDatabase(drops));
    if (place.kind === 'postgres') await migrated(place.url, [BROKER_MIGRATIONS]);
    const opened = openBroker(place);
    const scope = `faults-${randomBytes(4).toString('hex')}`;
    const [events, commands] = [`${scope}.events`, `${scope}.commands`];
    await opened.broker.ensureChannels([events, commands].map((name) => ({ name, partitions })));
    return new FaultSystem(
      { broker: place, producerUrl: producer.url, consumerUrl: consumer.url, events, commands, group: `${scope}.stock` },
      opened.broker,
      [() => opened.close(), ...drops],
    );
  }

  spawn(name: string, roles: Roles, place: Partial<SystemPlace> = {}): FaultChild {
    const child = new FaultChild({ ...this.place, ...place, name, ...roles }, this.accepted);
    this.children.push(child);
    return child;
  }

  async ready(): Promise<void> {
    await Promise.all(this.children.map((child) => child.ready()));
  }

  /** Ends every producer in order, so that nothing new comes. */
  async stopProducing(): Promise<void> {
    const producers = this.children.filter(({ config }) => config.produce !== undefined);
    await Promise.all(producers.map((child) => (child.config.relay === undefined ? child.stop() : FaultSystem.silence(child))));
  }

  /** Ends the load of a producer that goes on relaying; what it had begun is stored then. */
  static async silence(producer: FaultChild): Promise<void> {
    producer.order({ kind: 'load', load: { perSecond: 0 } });
    await producer.idle();
  }

  /** Waits until every message that was sent has had its effect, as long as some have; a message that never will is left to the verdict. */
  async settled(): Promise<void> {
    const time = new AwakeTime();
    let reached = -1;
    for (let since = time.now; time.now - since < STANDS_STILL_MS; await pause(100)) {
      const { sent, distinct } = await this.checker.counts();
      if (distinct >= sent) break;
      if (distinct > reached) since = time.now;
      reached = distinct;
    }
    time.end();
  }

  /** Waits until everything that was published is read and nothing more happens: for tests that lose messages on purpose. */
  async quiet(forMs = 3_000): Promise<void> {
    const read = async (): Promise<boolean> => {
      await pause(100);
      return (await this.checker.waiting()) === 0 && (await this.lag()) === 0;
    };
    await until(read, 'everything to be read', STANDS_STILL_MS);
    const time = new AwakeTime();
    let before = '';
    for (let since = time.now; time.now - since < forMs; await pause(200)) {
      const now = JSON.stringify([await this.checker.counts(), await this.checker.waiting()]);
      if (now !== before) since = time.now;
      before = now;
    }
    time.end();
  }

  verdict(): Promise<Verdict> {
    return this.checker.verdict(this.accepted);
  }

  /** Messages that the broker has for the consumer. */
  async lag(): Promise<number> {
    const lags = await this.broker.lag(this.place.group, [this.place.events, this.place.commands]);
    return lags.reduce((sum, { lag }) => sum + Number(lag), 0);
  }

  /** For a test that waits in vain. */
  async describe(): Promise<string> {
    const children = this.children.map(({ config, ended, pulse }) => ({ name: config.name, ended, ...pulse, accepted: undefined }));
    const stored = { lag: await this.lag(), parked: [...(await this.checker.parked())], ...(await this.checker.counts()) };
    return inspect({ children, stored }, { depth: 8 });
  }

  async close(): Promise<void> {
    await Promise.all(this.children.map((child) => child.kill('SIGKILL')));
    await this.checker.close();
    for (const close of this.closing) await close();
  }
}

async function serviceDatabase(): Promise<TestDatabase> {
  const made = await createTestDatabase();
  await migrated(made.url, [POSTGRES_MIGRATIONS, MIGRATIONS], CREATE_LEDGER);
  return made;
}

async function brokerDatabase(drops: (() => Promise<void>)[]): Promise<BrokerPlace> {
  const made = await createTestDatabase();
  drops.push(() => made.drop());
  return { kind: 'postgres', url: made.url };
}

async function migrated(url: string, sets: Parameters<typeof migrate>[1], statements: readonly string[] = []): Promise<void> {
  const database = new Database({ connectionString: url });
  try {
    await migrate(database, sets);
    for (const statement of statements) await database.query(statement);
  } finally {
    await database.close();
  }
}
