import { setTimeout as pause } from 'node:timers/promises';
import { isMinosError, SystemClock, type UnitOfWork } from '@minos/common';
import { sqlOf } from '@minos/postgres';
import { ConsumerPipeline } from '../consumer/consumer-pipeline.js';
import type { Broker } from '../contracts/broker.js';
import type { MessageContext, MessageHandler } from '../contracts/message-handler.js';
import { openStores } from '../postgres/inbox-kit.js';
import type { ConsumerConfig, ProcessConfig } from './fault-config.js';
import { ForgetfulInboxStore, NoFenceWriter, NoInboxWriter } from './fault-controls.js';
import { LedgerWriter, ledgerLine } from './fault-ledger.js';

/** The consumer of a fault test, with the stores in its own database. */
export class FaultConsumer {
  work = 0;
  fenced = 0;
  handling = 0;
  /** Hears of each handler that has paused for long enough, before its unit commits. */
  onPaused: () => void = () => undefined;
  private readonly stopping = new AbortController();
  private purging: Promise<void> = Promise.resolve();

  private constructor(
    private readonly config: ConsumerConfig,
    private readonly stores: Awaited<ReturnType<typeof openStores>>,
  ) {}

  static async open(config: ProcessConfig, consume: ConsumerConfig, broker: Broker): Promise<FaultConsumer> {
    const stores = await openStores(config.consumerUrl, {
      writers: [new LedgerWriter({ orders: false })],
      ...(consume.noInbox ? { inbox: new NoInboxWriter() } : {}),
      ...(consume.noFence ? { partition: new NoFenceWriter() } : {}),
    });
    const made = new FaultConsumer(consume, stores);
    made.pipeline = made.makePipeline(config, broker);
    made.pipeline.start();
    made.purging = made.purge();
    return made;
  }

  pipeline!: ConsumerPipeline;

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.pipeline.stop();
    await this.purging;
    await this.stores.close();
  }

  private makePipeline({ group, events, commands }: ProcessConfig, broker: Broker): ConsumerPipeline {
    const { sessionMs = 3_000, noInbox } = this.config;
    const { database, inbox } = this.stores;
    return new ConsumerPipeline(
      {
        consumer: group,
        channels: [{ name: events }, { name: commands, kind: 'command' }],
        handlers: this.handlers(),
        session: sessionMs,
        retry: { first: '20ms' },
        parking: { look: '100ms' },
      },
      { ...this.stores, inbox: noInbox ? new ForgetfulInboxStore(database) : inbox, unitOfWork: this.counting(), broker },
    );
  }

  private handlers(): Map<string, MessageHandler> {
    const { fixed = false } = this.config;
    const handle: MessageHandler['handle'] = (_message, context) => this.handle(context);
    const handler: MessageHandler = { handle, schemaVersion: fixed ? 2 : 1 };
    const known = ['thing.happened', 'thing.do', ...(fixed ? ['thing.unheard'] : [])];
    return new Map(known.map((type) => [type, handler]));
  }

  private async handle(context: MessageContext): Promise<void> {
    const { stored, unit, envelope } = context;
    const { slowMs = 0, pinned = false } = this.config;
    if (stored.key.startsWith('poison-')) await this.swallowPoison(stored.key);
    if (pinned) await sqlOf(unit).query('select 1');
    if (slowMs > 0) await this.pause(slowMs * (0.5 + Math.random() / 2));
    unit.enlist(ledgerLine({ id: envelope.id, channel: stored.channel, key: stored.key }));
    unit.onStored(() => void (this.work += 1));
  }

  private async pause(forMs: number): Promise<void> {
    this.handling += 1;
    await pause(forMs);
    this.handling -= 1;
    this.onPaused();
  }

  /** Which keys are poisonous stands in the database, so that they can be cured while processes run. */
  private async swallowPoison(key: string): Promise<void> {
    const { rowCount } = await this.stores.database.query('select from public.poison where key = $1', [key]);
    if (rowCount === 0) return;
    if (key.startsWith('poison-kills')) process.kill(process.pid, 'SIGKILL');
    throw new Error('poison');
  }

  private counting(): UnitOfWork {
    const { unitOfWork } = this.stores;
    const run: UnitOfWork['run'] = async (...args) => {
      try {
        return await unitOfWork.run(...args);
      } catch (error) {
        if (isMinosError(error, 'PARTITION_LOST')) this.fenced += 1;
        throw error;
      }
    };
    return Object.assign(Object.create(unitOfWork) as UnitOfWork, { run });
  }

  private async purge(): Promise<void> {
    const { purge } = this.config;
    const { signal } = this.stopping;
    while (purge !== undefined && !signal.aborted) {
      await new SystemClock().sleep(purge.everyMs, signal).catch(() => undefined);
      await this.stores.inbox.purge(purge.ageMs, 100_000).catch(() => undefined);
    }
  }
}
