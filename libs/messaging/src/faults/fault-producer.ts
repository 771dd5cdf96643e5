import { uuidv7, type Clock, type UnitOfWork } from '@minos/common';
import type { Outbox } from '../outbox/outbox.js';
import { POISON_KEYS, type ProducerConfig, type SystemPlace } from './fault-config.js';
import { ledgerLine } from './fault-ledger.js';

const STEP_MS = 20;
const MOST_AT_ONCE = 200;

interface Choice {
  readonly channel: string;
  readonly key: string;
  readonly type: string;
  readonly schemaVersion: number;
}

/** Sends messages, each in a unit that also writes its line into the ledger of what was sent. */
export class FaultProducer {
  failed = 0;
  work = 0;
  private accepted: string[] = [];
  private readonly stopping = new AbortController();
  private readonly open = new Set<Promise<void>>();
  private due = 0;
  private running: Promise<void> | undefined;

  constructor(
    private readonly place: SystemPlace,
    private config: ProducerConfig,
    private readonly ports: { readonly unitOfWork: UnitOfWork; readonly outbox: Outbox; readonly clock: Clock },
  ) {}

  start(): void {
    this.running ??= this.run(this.stopping.signal);
  }

  /** Whether nothing is on its way, and nothing comes before it is told to send. */
  get idle(): boolean {
    return this.config.perSecond === 0 && this.due < 1 && this.open.size === 0;
  }

  change(load: Partial<ProducerConfig>): void {
    this.config = { ...this.config, ...load };
  }

  burst(count: number): void {
    this.due += count;
  }

  /** The ids of what was accepted since the last call. */
  takeAccepted(): readonly string[] {
    const taken = this.accepted;
    this.accepted = [];
    return taken;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await Promise.all(this.open);
  }

  private async run(signal: AbortSignal): Promise<void> {
    let last = performance.now();
    while (!signal.aborted) {
      await this.ports.clock.sleep(STEP_MS, signal).catch(() => undefined);
      const now = performance.now();
      // What was not sent in time is not made up for.
      this.due = Math.min(this.due + (Math.min(now - last, 200) * this.config.perSecond) / 1000, 100_000);
      last = now;
      for (; this.due >= 1 && this.open.size < MOST_AT_ONCE && !signal.aborted; this.due -= 1) this.begin();
    }
  }

  private begin(): void {
    const sending = this.send(this.choose()).finally(() => this.open.delete(sending));
    this.open.add(sending);
  }

  private async send({ channel, key, type, schemaVersion }: Choice): Promise<void> {
    const id = uuidv7();
    const { unitOfWork, outbox } = this.ports;
    const data = { text: 'x'.repeat(100), ...(this.config.evolved ? { added: 'later' } : {}) };
    try {
      await unitOfWork.run((unit) => {
        outbox.enlist(unit, { id, channel, key, type, schemaVersion, data });
        unit.enlist(ledgerLine({ id, channel, key }));
      });
      this.accepted.push(id);
      this.work += 1;
    } catch {
      this.failed += 1;
    }
  }

  private choose(): Choice {
    const { keys, poisonOneIn = 0, evolved = false } = this.config;
    const { events, commands } = this.place;
    if (poisonOneIn > 0 && Math.random() * poisonOneIn < 1) return this.poisoned();
    const key = `key-${Math.floor(Math.random() * keys)}`;
    if (Math.random() < 0.3) return { channel: commands, key, type: 'thing.do', schemaVersion: 1 };
    if (evolved && Math.random() < 0.3) return { channel: events, key: `new-${key}`, type: 'thing.moved', schemaVersion: 1 };
    return { channel: events, key, type: 'thing.happened', schemaVersion: 1 };
  }

  private poisoned(): Choice {
    const { events, commands } = this.place;
    const keys = this.config.poisonKeys ?? POISON_KEYS;
    const key = keys[Math.floor(Math.random() * keys.length)] ?? POISON_KEYS[0];
    if (key === 'poison-unknown') return { channel: commands, key, type: 'thing.unheard', schemaVersion: 1 };
    return { channel: events, key, type: 'thing.happened', schemaVersion: key === 'poison-newer' ? 2 : 1 };
  }
}
