import type { Clock } from '@minos/common';
import { BrokerUnavailableError } from '../../errors/broker.errors.js';
import type { ResolvedKafkaOptions } from '../kafka-broker.options.js';
import { KafkaLink } from './kafka-link.js';
import { spoilsLink } from './kafka.errors.js';
import { LinkSockets } from './link-sockets.js';
import { loadKafkaJs } from './load-kafkajs.js';
import type { WireCluster } from './wire.js';

/** kafkajs tries next to nothing again on its own: how long a call takes is bounded here. */
const NO_RETRIES = { retries: 1, initialRetryTime: 50, maxRetryTime: 100 };
const NO_LOGS = 0;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/**
 * One link at a time for one user (a publisher, a member, a follower), made when it is needed and replaced after a failure.
 */
export class KafkaLinks {
  private current: Promise<KafkaLink> | undefined;
  private readonly closing = new Set<Promise<void>>();
  private closed = false;

  constructor(
    private readonly options: ResolvedKafkaOptions,
    /** Which channels it is for. */
    private readonly channels: () => readonly string[],
    private readonly requestTimeoutMs = Math.ceil(options.timeoutMs / 2),
  ) {}

  /** Works with the link; a failure that tells of a broken connection or of old knowledge replaces it. Bounded in time. */
  async use<T>(work: (link: KafkaLink) => Promise<T>, withinMs = this.options.timeoutMs): Promise<T> {
    const opening = (this.current ??= this.open());
    try {
      return await inTime(
        opening.then((link) => work(link)),
        withinMs,
        this.options.clock,
      );
    } catch (error) {
      if (spoilsLink(error)) this.discard(opening);
      throw error;
    }
  }

  /** As {@link KafkaLinks.use}, again and again for as long as a call may take: for what changes nothing, or nothing when it is done twice. */
  async persist<T>(work: (link: KafkaLink) => Promise<T>): Promise<T> {
    const { clock, timeoutMs } = this.options;
    const deadline = clock.monotonic() + timeoutMs;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        return await this.use(work, deadline - clock.monotonic());
      } catch (error) {
        if (!spoilsLink(error) || this.closed || clock.monotonic() + pause >= deadline) throw error;
      }
      await clock.sleep(pause);
    }
  }

  /** The next use begins with a new link. */
  renew(): void {
    if (this.current !== undefined) this.discard(this.current);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.renew();
    await Promise.all(this.closing);
  }

  private async open(): Promise<KafkaLink> {
    if (this.closed) throw new BrokerUnavailableError('The connection to Kafka was closed.');
    const { Kafka } = loadKafkaJs();
    const { brokers, clientId, ssl, sasl, connectTimeoutMs, socketFactory } = this.options;
    const sockets = new LinkSockets(socketFactory);
    const client = new Kafka({
      brokers: [...brokers],
      clientId,
      ssl,
      ...(sasl === undefined ? {} : { sasl }),
      socketFactory: sockets.factory,
      connectionTimeout: connectTimeoutMs,
      authenticationTimeout: connectTimeoutMs,
      requestTimeout: this.requestTimeoutMs,
      retry: NO_RETRIES,
      logLevel: NO_LOGS,
    });
    let cluster: WireCluster | undefined;
    const capture = (given: { readonly cluster: WireCluster }): object => {
      cluster = given.cluster;
      return { name: 'none', version: 1 };
    };
    const consumer = client.consumer({ groupId: clientId, allowAutoTopicCreation: false, partitionAssigners: [capture] });
    if (cluster === undefined) throw new Error('this release of kafkajs does not hand its cluster to assigners');
    const link = new KafkaLink(consumer, cluster, sockets);
    try {
      // kafkajs waits for ever for a connection that ends before it stands.
      await inTime(link.open(this.channels()), connectTimeoutMs + this.requestTimeoutMs, this.options.clock);
      return link;
    } catch (error) {
      void this.end(link);
      throw error;
    }
  }

  private discard(opening: Promise<KafkaLink>): void {
    if (this.current === opening) this.current = undefined;
    const closing = opening
      .then((link) => this.end(link))
      .catch(() => undefined)
      .finally(() => this.closing.delete(closing));
    this.closing.add(closing);
  }

  /** Waits for answers that are on their way, but not for long. Never rejects. */
  private async end(link: KafkaLink): Promise<void> {
    await inTime(link.close(), this.requestTimeoutMs, this.options.clock).catch(() => link.cut());
  }
}

/** Rejects with `BROKER_UNAVAILABLE` after that time, whatever the promise does. */
async function inTime<T>(promise: Promise<T>, withinMs: number, clock: Clock): Promise<T> {
  const waiting = new AbortController();
  const late = clock.sleep(withinMs, waiting.signal).then(
    () => Promise.reject(new BrokerUnavailableError(`Kafka did not answer within ${withinMs} ms.`)),
    () => new Promise<never>(() => undefined),
  );
  try {
    return await Promise.race([promise, late]);
  } finally {
    waiting.abort();
  }
}
