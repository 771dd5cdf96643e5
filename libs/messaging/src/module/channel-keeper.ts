import { backoff, type Clock, isMinosError } from '@minos/common';
import type { ChannelDefinition } from '../contracts/broker.js';
import { BrokerUnavailableError } from '../errors/broker.errors.js';
import type { OpenedBroker } from './open-broker.js';

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;
/** How long a start waits for the broker before it goes on without. */
const BOOT_MS = 5_000;

/** Prepares the broker and makes the channels of the service, however long the broker is away. */
export class ChannelKeeper {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private ready = false;
  private failure: unknown;

  constructor(
    private readonly opened: Pick<OpenedBroker, 'broker' | 'prepare'>,
    /** Asked when they are made. */
    private readonly channels: () => readonly ChannelDefinition[],
    private readonly clock: Clock,
  ) {}

  /** Whether the channels are there. */
  get isReady(): boolean {
    return this.ready;
  }

  /** Throws `BROKER_UNAVAILABLE` while they are not: who publishes waits for that and tries again. */
  demandReady(): void {
    if (!this.ready) throw new BrokerUnavailableError('The channels of the service are not made yet.', { cause: this.failure });
  }

  /** Why the last try failed, until one succeeds. */
  get error(): unknown {
    return this.failure;
  }

  /**
   * Resolves when the channels are there, or when the broker was away for a while: then it goes on trying. Rejects with what the broker will always refuse,
   * such as `CHANNEL_PARTITIONS_CHANGED`.
   */
  async start(): Promise<void> {
    const enough = new AbortController();
    const work = this.run();
    this.running = work.catch(() => undefined);
    await Promise.race([work, this.clock.sleep(BOOT_MS, enough.signal).catch(() => undefined)]);
    enough.abort();
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    for (let failures = 1; !signal.aborted; failures += 1) {
      try {
        await this.opened.prepare();
        await this.opened.broker.ensureChannels(this.channels());
        this.ready = true;
        this.failure = undefined;
        return;
      } catch (error) {
        this.failure = error;
        if (isMinosError(error) && !error.retryable) throw error;
        await this.clock.sleep(backoff(failures, FIRST_PAUSE_MS, LONGEST_PAUSE_MS), signal).catch(() => undefined);
      }
    }
  }
}
