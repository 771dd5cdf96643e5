import { once, EventEmitter } from 'node:events';

/** What one `producer.send` carried, as kafkajs takes it. */
export interface Sent {
  readonly topic: string;
  readonly messages: readonly { readonly key?: unknown; readonly value: unknown; readonly headers?: Record<string, unknown> }[];
}

interface ConsumerOptions {
  readonly groupId: string;
  readonly retry?: { readonly retries?: number; readonly restartOnFailure?: (error: Error) => Promise<boolean> };
}

interface RunOptions {
  readonly autoCommit?: boolean;
  eachMessage(payload: object): Promise<void>;
}

const EVENTS = {
  CONNECT: 'consumer.connect',
  DISCONNECT: 'consumer.disconnect',
  REBALANCING: 'consumer.rebalancing',
  STOP: 'consumer.stop',
  CRASH: 'consumer.crash',
  GROUP_JOIN: 'consumer.group_join',
};
/** So often kafkajs tries again by default before the consumer crashes and starts anew. */
const RETRIES = 5;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const bytes = (value: unknown): Buffer => (Buffer.isBuffer(value) ? value : Buffer.from(String(value)));

/**
 * A cluster of one node that speaks the contract of kafkajs, without its protocol and its pauses: topics of one partition, one message at a time in each
 * consumer, the offset committed where `eachMessage` resolves; where it rejects, the same message again, then a crash and the committed offset again.
 * What Nest makes of that is Nest's own code. The tests of Kafka run on a real cluster too, where `KAFKA_BROKERS` names one.
 */
export class InProcessKafka {
  readonly sends: Sent[] = [];
  readonly consumers: InProcessConsumer[] = [];
  private readonly logs = new Map<string, object[]>();
  private readonly positions = new Map<string, number>();
  private readonly arrivals = new EventEmitter().setMaxListeners(0);

  /** What `new Kafka()` of kafkajs gives. */
  client(): object {
    return {
      consumer: (options: ConsumerOptions) => this.made(new InProcessConsumer(this, options)),
      producer: () => this.producer(),
    };
  }

  send(sent: Sent): void {
    this.sends.push(sent);
    const log = this.log(sent.topic);
    for (const { key, value, headers = {} } of sent.messages) {
      const kept = Object.entries(headers).map(([name, header]): [string, Buffer] => [name, bytes(header)]);
      log.push({
        offset: String(log.length),
        key: key === undefined ? null : bytes(key),
        value: bytes(value),
        headers: Object.fromEntries(kept),
      });
    }
    this.arrivals.emit('arrived');
  }

  log(topic: string): object[] {
    const log = this.logs.get(topic) ?? [];
    this.logs.set(topic, log);
    return log;
  }

  /** The next offset that the group will read. */
  committed(group: string, topic: string): number {
    return this.positions.get(`${group} ${topic}`) ?? 0;
  }

  commit(group: string, topic: string, offset: number): void {
    this.positions.set(`${group} ${topic}`, offset);
  }

  wake(): void {
    this.arrivals.emit('arrived');
  }

  arrived(): Promise<unknown> {
    return once(this.arrivals, 'arrived');
  }

  private made(consumer: InProcessConsumer): InProcessConsumer {
    this.consumers.push(consumer);
    return consumer;
  }

  private producer(): object {
    const idle = async (): Promise<void> => undefined;
    return {
      events: { CONNECT: 'producer.connect', DISCONNECT: 'producer.disconnect' },
      on: () => undefined,
      connect: idle,
      disconnect: idle,
      send: async (sent: Sent) => this.send(sent),
    };
  }
}

class InProcessConsumer {
  readonly events = EVENTS;
  /** Whether something is in hand since which the cluster has heard nothing of this member. */
  private silent = false;
  private expelled = false;
  private readonly emitter = new EventEmitter();
  private readonly next = new Map<string, number>();
  private topics: readonly string[] = [];
  private options: RunOptions | undefined;
  private stopped = false;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly kafka: InProcessKafka,
    private readonly settings: ConsumerOptions,
  ) {}

  on(event: string, listener: (event: object) => void): void {
    this.emitter.on(event, listener);
  }
  async connect(): Promise<void> {
    this.emitter.emit(EVENTS.CONNECT, {});
  }
  async subscribe({ topics }: { topics: readonly string[] }): Promise<void> {
    this.topics = topics;
  }
  async run(options: RunOptions): Promise<void> {
    this.options = options;
    const memberAssignment = Object.fromEntries(this.topics.map((topic) => [topic, [0]]));
    this.emitter.emit(EVENTS.GROUP_JOIN, { payload: { memberAssignment } });
    this.running = this.loop(options);
  }
  async commitOffsets(offsets: readonly { topic: string; offset: string }[]): Promise<void> {
    for (const { topic, offset } of offsets) this.kafka.commit(this.settings.groupId, topic, Number(offset));
  }
  async stop(): Promise<void> {
    this.stopped = true;
    this.kafka.wake();
    await this.running;
  }
  async disconnect(): Promise<void> {
    await this.stop();
    this.emitter.emit(EVENTS.DISCONNECT, {});
  }
  /** The time of a session passes: the group goes on without a member that has been silent, and what it commits after that counts for nothing. */
  expire(): boolean {
    if (this.silent) this.expelled = true;
    return this.silent;
  }

  private async loop(options: RunOptions): Promise<void> {
    while (!this.stopped) {
      if (await this.round(options)) await turn();
      else if (!this.stopped && !this.waiting()) await this.kafka.arrived();
    }
  }

  private waiting(): boolean {
    return this.topics.some((topic) => this.kafka.log(topic).length > this.position(topic));
  }

  private position(topic: string): number {
    return this.next.get(topic) ?? this.kafka.committed(this.settings.groupId, topic);
  }

  /** One message of each topic, one after the other; `false` where nothing waits. */
  private async round(options: RunOptions): Promise<boolean> {
    let seen = false;
    for (const topic of this.topics) {
      const at = this.position(topic);
      const message = this.kafka.log(topic)[at];
      if (message === undefined || this.stopped) continue;
      seen = true;
      if ((await this.deliver(options, topic, message)) && !this.expelled) {
        this.next.set(topic, at + 1);
        if (options.autoCommit !== false) this.kafka.commit(this.settings.groupId, topic, at + 1);
      } else await this.crash();
    }
    return seen;
  }

  private async deliver(options: RunOptions, topic: string, message: object): Promise<boolean> {
    const heartbeat = async (): Promise<void> => void (this.silent = false);
    const { retries = RETRIES } = this.settings.retry ?? {};
    for (let tries = 0; tries <= retries && !this.stopped; tries += 1) {
      this.silent = true;
      try {
        await options.eachMessage({ topic, partition: 0, message: { ...message }, heartbeat, pause: () => () => undefined });
        return true;
      } catch {
        await turn();
      } finally {
        this.silent = false;
      }
    }
    return false;
  }

  private async crash(): Promise<void> {
    if (this.stopped) return;
    this.expelled = false;
    this.next.clear();
    const restart = (await this.settings.retry?.restartOnFailure?.(new Error('crashed'))) ?? true;
    if (!restart) this.stopped = true;
    this.emitter.emit(EVENTS.CRASH, { payload: { groupId: this.settings.groupId, restart } });
  }
}
