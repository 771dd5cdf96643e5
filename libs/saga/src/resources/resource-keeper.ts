import { backoff, InterruptiblePause } from '@minos/common';
import { type ResourceKeeperOptions, type ResourceKeeperPorts, resolveResourceKeeperOptions } from './resource-keeper.options.js';

const RETRY = { first: 50, longest: 5_000 };
const PURGED_AT_ONCE = 1_000;

/**
 * Gives resources whose leases are over to the next in line, and forgets what is over. Any number may run, in any number of processes: they need nothing of each other. It looks when
 * it is told to, when the next lease is over that it knows of, and now and then for what others have left.
 */
export class ResourceKeeper {
  private readonly options: ReturnType<typeof resolveResourceKeeperOptions>;
  private readonly pause: InterruptiblePause;
  private stopping: AbortController | undefined;
  private running: Promise<void> | undefined;
  private purgedAt: number | undefined;

  constructor(
    private readonly ports: ResourceKeeperPorts,
    options: ResourceKeeperOptions = {},
  ) {
    this.options = resolveResourceKeeperOptions(options);
    this.pause = new InterruptiblePause(ports.clock);
  }

  /** Begins in the background; does nothing if it runs. Never fails because of the storage: it waits for it. */
  start(): void {
    if (this.running !== undefined) return;
    const { signal } = (this.stopping = new AbortController());
    this.running = this.run(signal);
  }

  /** Somebody waits. Cheap, also where nothing runs. */
  hint(): void {
    this.pause.wake();
  }

  /** Ends what is under way. Idempotent. */
  async stop(): Promise<void> {
    this.stopping?.abort();
    this.pause.wake();
    await this.running;
    this.running = undefined;
  }

  private async run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      const pauseMs = await this.look().then(
        (next) => ((failures = 0), next),
        (error: unknown) => {
          this.ports.onTrouble?.(error);
          return backoff((failures += 1), RETRY.first, RETRY.longest);
        },
      );
      if (!signal.aborted) await this.pause.wait(pauseMs);
    }
  }

  /** Resolves with how long to wait for the next look. */
  private async look(): Promise<number> {
    const { poll, batchSize } = this.options;
    const { granted, left, nextInMs = Infinity } = await this.ports.store.grantDue(batchSize);
    if (granted > 0) this.ports.onGranted?.();
    await this.purge();
    if (left) return granted > 0 ? 0 : RETRY.first;
    // Not all keepers of a service in step.
    return Math.max(1, Math.min(Math.ceil(nextInMs), poll * (0.75 + Math.random() / 4)));
  }

  private async purge(): Promise<void> {
    const { retention, purgeEvery } = this.options;
    const now = this.ports.clock.monotonic();
    if (this.purgedAt !== undefined && now - this.purgedAt < purgeEvery) return;
    const purged = await this.ports.store.purgeResources(retention, PURGED_AT_ONCE);
    // Where there was much it goes on with the next look.
    if (purged < PURGED_AT_ONCE) this.purgedAt = now;
  }
}
