import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '../contracts/clock.js';
import type { CrashPoints } from '../contracts/crash-points.js';
import type { UnitCommitter } from '../contracts/unit-committer.js';
import type { Unit, UnitOfWork, UnitOptions } from '../contracts/unit-of-work.js';
import { NO_CRASH_POINTS } from '../crash-points/no-crash-points.js';
import { isMinosError } from '../errors/minos-error.js';
import { RunningUnit } from './running-unit.js';
import { DependencyFailedError, UnitEndedError } from './unit-of-work.errors.js';

export interface UnitOfWorkEngineOptions {
  readonly committer: UnitCommitter;
  readonly clock: Clock;
  /** Makes the id of each attempt. */
  readonly newId: () => string;
  /** The tenant of the surrounding context. @default none */
  readonly tenant?: () => string;
  /** @default 10 */
  readonly attempts?: number;
  /** First pause before a re-run, in milliseconds; doubles with each, at random between 0 and it. @default 4 */
  readonly backoffMs?: number;
  /** Hears of errors in `onCommitted` effects, which fail nobody. @default process.emitWarning */
  readonly onEffectError?: (error: unknown, unit: Unit) => void;
  readonly crashPoints?: CrashPoints;
}

type Effect = () => void | Promise<void>;
type Outcome<T> = { readonly result: T } | { readonly error: unknown };

const LONGEST_PAUSE_MS = 250;
/** A unit that fails because the one it stood on failed may run this many times more than one that lost a race. */
const DEPENDENCY_ALLOWANCE = 20;

/** The one implementation of {@link UnitOfWork}; what differs between stores is the committer. */
export class UnitOfWorkEngine implements UnitOfWork {
  private readonly storage = new AsyncLocalStorage<RunningUnit | undefined>();
  private readonly crashPoints: CrashPoints;

  constructor(private readonly options: UnitOfWorkEngineOptions) {
    this.crashPoints = options.crashPoints ?? NO_CRASH_POINTS;
  }

  current(): Unit | undefined {
    const unit = this.storage.getStore();
    return unit?.state === 'open' ? unit : undefined;
  }

  surrounding(): Unit | undefined {
    return this.storage.getStore();
  }

  async run<T>(work: (unit: Unit) => T | Promise<T>, options: UnitOptions = {}): Promise<T> {
    const open = options.mode === 'new' ? undefined : this.storage.getStore();
    // In a unit of its own it would be stored although the work that it belongs to was not, and again by the next try of that.
    if (open?.state === 'settling' || open?.state === 'failed') throw new UnitEndedError(open.id, open.state, 'run()');
    if (open?.state === 'open') return work(open);
    return this.repeat(work, options);
  }

  /** For tests that make many of them: it follows no work any more, which costs every promise of the program a little for as long as the engine is used. */
  dispose(): void {
    this.storage.disable();
  }

  private async repeat<T>(work: (unit: Unit) => T | Promise<T>, options: UnitOptions): Promise<T> {
    const limit = options.attempts ?? this.options.attempts ?? 10;
    for (let attempt = 1, conflicts = 0; ; attempt++) {
      const outcome = await this.attempt(work, attempt, options.tenant);
      if ('result' in outcome) return outcome.result;
      if (!isMinosError(outcome.error, 'CONCURRENCY_CONFLICT')) throw outcome.error;
      const dependent = outcome.error instanceof DependencyFailedError;
      if (!dependent) conflicts++;
      if (conflicts >= limit || attempt >= limit * DEPENDENCY_ALLOWANCE) throw outcome.error;
      if (!dependent) await this.pause(conflicts);
    }
  }

  private async attempt<T>(work: (unit: Unit) => T | Promise<T>, attempt: number, tenant: string | undefined): Promise<Outcome<T>> {
    const unit = this.open(attempt, tenant);
    let result: T;
    try {
      const returned = this.storage.run(unit, work, unit);
      // Waiting for what is there already would cost a turn of the queue in every unit.
      result = isPromise(returned) ? await returned : returned;
    } catch (error) {
      return this.giveUp(unit, error);
    }
    try {
      const before = this.crashPoints.reach('unit-of-work.commit.before');
      if (before) await before;
      await unit.succeed();
      const after = this.crashPoints.reach('unit-of-work.commit.after');
      if (after) await after;
    } catch (error) {
      return { error };
    }
    const effects = unit.takeEffects();
    if (effects.length > 0) await this.runEffects(effects, unit);
    return { result };
  }

  private open(attempt: number, tenant = this.options.tenant?.() ?? ''): RunningUnit {
    const { committer, newId } = this.options;
    const inside = committer.exclusive ? this.storage.getStore() : undefined;
    return new RunningUnit({ id: newId(), tenant, attempt, inside }, committer);
  }

  /** The work threw: its error stands if the guards hold. */
  private async giveUp(unit: RunningUnit, error: unknown): Promise<{ readonly error: unknown }> {
    try {
      const before = this.crashPoints.reach('unit-of-work.commit.before');
      if (before) await before;
      return { error: await unit.giveUp(error) };
    } catch (refused) {
      return { error: refused };
    }
  }

  private async runEffects(effects: readonly Effect[], unit: Unit): Promise<void> {
    for (const effect of effects) {
      try {
        await this.storage.run(undefined, effect);
      } catch (error) {
        (this.options.onEffectError ?? warn)(error, unit);
      }
    }
  }

  /** Full jitter, as in "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015). */
  private pause(conflicts: number): Promise<void> {
    const ceiling = Math.min(LONGEST_PAUSE_MS, (this.options.backoffMs ?? 4) * 2 ** (conflicts - 1));
    return this.options.clock.sleep(Math.random() * ceiling);
  }
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

function warn(error: unknown, unit: Unit): void {
  process.emitWarning(`An onCommitted effect of the unit ${unit.id} failed: ${error instanceof Error ? error.stack : String(error)}`);
}
