import { AsyncLocalStorage } from 'node:async_hooks';
import { backoff, InterruptiblePause, type UnitOfWork } from '@minos/common';
import type { SagaProgress } from '../contracts/saga-store.js';
import type { LocalCommands } from './local-commands.js';
import type { SagaEngine } from './saga-engine.js';
import type { ResolvedSagaRunnerOptions, SagaRunnerPorts } from './saga-runner.options.js';

export interface SagaRunnerStatus extends SagaProgress {
  /** Whether it looks for what is due. */
  readonly active: boolean;
  /** Something has been due for longer than `stallAfter`. */
  readonly stalled: boolean;
  /** Why the last look failed, until one succeeds. */
  readonly error?: unknown;
}

const RETRY = { first: 50, longest: 5_000 };

/**
 * Brings on the instances of which something is due: timers, local commands, mail. Any number of runners may run: each instance is claimed by one, and its revision lets one
 * change through. It looks when it is told to, when the next timer is due that it knows of, and now and then for what others have left.
 */
export class SagaRunner {
  private readonly pause: InterruptiblePause;
  private readonly waiting = new Set<string>();
  private readonly busy = new Map<string, Promise<void>>();
  private stopping: AbortController | undefined;
  private running: Promise<void> | undefined;
  private error: unknown;
  /** On the engine's clock. */
  private nextLook = -Infinity;
  /** Hints come out of other work, in whose name nothing runs here. */
  private apart: <T>(work: () => T) => T = (work) => work();

  constructor(
    private readonly engine: SagaEngine,
    private readonly local: LocalCommands,
    private readonly unitOfWork: UnitOfWork,
    private readonly ports: SagaRunnerPorts,
    private readonly options: ResolvedSagaRunnerOptions,
  ) {
    this.pause = new InterruptiblePause(ports.clock);
  }

  /** Begins in the background; does nothing if it runs. Never fails because of the storage: it waits for it. */
  start(): void {
    if (this.running !== undefined) return;
    const { signal } = (this.stopping = new AbortController());
    this.apart = AsyncLocalStorage.snapshot();
    this.running = this.run(signal);
  }

  /** Something of this instance is due. Cheap, also where nothing runs. */
  hint(id: string): void {
    if (this.running === undefined || this.stopping?.signal.aborted) return;
    this.waiting.add(id);
    this.apart(() => this.fill());
  }

  /** Something will be due then, in milliseconds since the epoch on the store's clock. Cheap: it shortens the pause before the next look. */
  expect(at: number): void {
    if (at < this.nextLook) this.pause.wake();
  }

  /** Takes nothing new, and waits for what is under way. Idempotent. */
  async stop(): Promise<void> {
    this.stopping?.abort();
    this.pause.wake();
    this.waiting.clear();
    await this.running;
    await Promise.all(this.busy.values());
    this.running = undefined;
  }

  /** How many instances it brings on now, or will as soon as there is room. */
  get inHand(): number {
    return this.busy.size + this.waiting.size;
  }

  async status(): Promise<SagaRunnerStatus> {
    const progress = await this.ports.store.progress();
    return {
      ...progress,
      active: this.running !== undefined,
      stalled: progress.overdueSeconds * 1000 >= this.options.stallAfter,
      ...(this.error === undefined ? {} : { error: this.error }),
    };
  }

  private async run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      const pauseMs = await this.look().then(
        (next) => ((failures = 0), next),
        (error: unknown) => {
          this.error = error;
          this.ports.onTrouble?.(undefined, error);
          return backoff((failures += 1), RETRY.first, RETRY.longest);
        },
      );
      this.nextLook = this.engine.now + pauseMs;
      if (!signal.aborted) await this.pause.wait(pauseMs);
    }
  }

  /** Claims what is due. Resolves with how long to wait for the next look. */
  private async look(): Promise<number> {
    const { concurrency, lease, poll } = this.options;
    // As many again as are under way, so that one claim brings many and nothing waits for it.
    const room = 2 * concurrency - this.inHand;
    if (room < concurrency) return poll;
    // What is stored from now on may be missed by this look.
    this.nextLook = this.engine.now + poll;
    const { ids, left, nextInMs = Infinity, now } = await this.ports.store.claimDue(this.engine.sagas.all, room, lease);
    this.error = undefined;
    this.engine.tellTime(now);
    for (const id of ids) this.waiting.add(id);
    this.fill();
    if (left) return ids.length > 0 ? 0 : RETRY.first;
    // Not all runners of a service in step.
    return Math.max(1, Math.min(nextInMs, poll * (0.75 + Math.random() / 4)));
  }

  private fill(): void {
    for (const id of this.waiting) {
      if (this.busy.size >= this.options.concurrency) return;
      if (this.busy.has(id)) continue;
      this.waiting.delete(id);
      this.busy.set(id, this.bringOn(id));
    }
  }

  /** Never rejects: what could not be done is due again. */
  private async bringOn(id: string): Promise<void> {
    try {
      const due = await this.unitOfWork.run((unit) => this.engine.react(unit, id), { mode: 'new' });
      if (due !== undefined) await this.local.run(id, due);
    } catch (error) {
      this.ports.onTrouble?.(id, error);
    } finally {
      this.busy.delete(id);
      this.fill();
      if (this.inHand === this.options.concurrency) this.pause.wake();
    }
  }
}
