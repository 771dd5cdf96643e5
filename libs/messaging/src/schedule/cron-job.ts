import { backoff, isMinosError, isRejection, joinSignals, LeaseKeeper, runInContext, uuidv7, type Unit } from '@minos/common';
import { HandlerTimeoutError } from '../consumer/consumer.errors.js';
import { isOutage } from '../consumer/try-tally.js';
import { Handling } from '../consumer/handling.js';
import { FIRE_CRON, type CronState, type FireCron } from '../contracts/cron-store.js';
import type { ResolvedCron } from './cron-definition.js';
import type { CronRunnerPorts, ResolvedCronRunnerOptions } from './cron-runner.options.js';

/** How a run can be ended from outside: no further try, or at once. */
export interface CronStop {
  readonly stopping: AbortSignal;
  readonly cutting: AbortSignal;
}

/** The end of time, for an expression that has no tick any more. */
const NEVER = 8.64e15;
const LONGEST_FAILURE = 2_000;

/** One cron of a runner. */
export class CronJob {
  /** The last try of this process, where it failed. */
  private failed: { readonly tick: number; readonly error: unknown } | undefined;
  private current: Promise<'fired' | 'held'> | undefined;

  constructor(
    readonly cron: ResolvedCron,
    private readonly ports: CronRunnerPorts,
    private readonly options: ResolvedCronRunnerOptions,
  ) {}

  get running(): boolean {
    return this.current !== undefined;
  }

  /** Its tick after a moment of the store's clock. */
  nextAfter(moment: number): number {
    return this.cron.expression.after(moment) ?? NEVER;
  }

  /** Why the last try of a tick failed that is due still. */
  errorOf({ nextAt }: CronState): unknown {
    return this.failed?.tick === nextAt ? this.failed.error : undefined;
  }

  /** Fires the tick that is due, where nobody else does (`held`). Rejects where the storage fails; the tick stays due then. */
  fire(holder: string, stop: CronStop): Promise<'fired' | 'held'> {
    this.current ??= this.fireUnderLease(holder, stop).finally(() => (this.current = undefined));
    return this.current;
  }

  /** Resolves when nothing runs. */
  async idle(): Promise<void> {
    await this.current?.catch(() => undefined);
  }

  private async fireUnderLease(holder: string, stop: CronStop): Promise<'fired' | 'held'> {
    const { leases, clock } = this.ports;
    const lease = await leases.acquire(`cron:${this.cron.name}`, holder, this.options.lease);
    if (lease === undefined) return 'held';
    const keeper = new LeaseKeeper(leases, clock, lease, this.options.lease);
    const cutting = joinSignals(stop.cutting, keeper.signal);
    const stopping = joinSignals(stop.stopping, cutting.signal);
    try {
      await this.fireDue({ stopping: stopping.signal, cutting: cutting.signal });
    } finally {
      await keeper.end();
      stopping.release();
      cutting.release();
    }
    return 'fired';
  }

  /** Behind the lease it is looked at again: the one who had the lease before may have fired it. */
  private async fireDue(stop: CronStop): Promise<void> {
    const { state, now } = await this.look();
    if (state === undefined || state.definition !== this.cron.definition || state.nextAt > now) return;
    if (this.cron.missed === 'skip' && now - state.nextAt > this.options.grace) return this.goOn(state, this.nextAfter(now));
    await this.tryOften(state, this.nextAfter(now), stop);
  }

  private async tryOften(state: CronState, next: number, stop: CronStop): Promise<void> {
    const { attempts, first, longest } = this.options.retry;
    for (let attempt = 1; attempt <= attempts;) {
      const error = await this.attempt({ state, next, attempt }, stop.cutting).then(nothing, (thrown: unknown) => ({ thrown }));
      if (error === undefined || isMinosError(error.thrown, 'CRON_TICK_TAKEN')) return;
      this.failed = { tick: state.nextAt, error: error.thrown };
      if (stop.stopping.aborted) return;
      // A database that is overloaded or away costs no try.
      if (!isOutage(error.thrown)) attempt = isRejection(error.thrown) ? attempts + 1 : attempt + 1;
      if (attempt <= attempts) await this.ports.clock.sleep(backoff(attempt, first, longest), stop.stopping).catch(nothing);
      if (stop.stopping.aborted) return;
    }
    // Trying may have taken longer than to the next tick.
    const { now } = await this.look();
    await this.goOn(state, this.nextAfter(now), messageOf(this.failed?.error));
  }

  /** One unit: the tick, and what the handler does. */
  private async attempt(
    { state, next, attempt }: { readonly state: CronState; readonly next: number; readonly attempt: number },
    cutting: AbortSignal,
  ): Promise<void> {
    const { cron, ports } = this;
    const handling = new Handling();
    const over = new AbortController();
    const cut = (): void => handling.abort(cutting.reason);
    if (cutting.aborted) cut();
    cutting.addEventListener('abort', cut, { once: true });
    void ports.clock.sleep(cron.deadlineMs, over.signal).then(
      () => handling.abort(new HandlerTimeoutError(cron.name, cron.deadlineMs)),
      () => undefined,
    );
    const tick = new Date(state.nextAt);
    const of = { name: cron.name, id: `${cron.name}@${tick.toISOString()}`, tick, attempt, signal: handling.signal };
    const work = (unit: Unit): Promise<unknown> => {
      unit.enlist(this.change(state, next));
      const correlationId = uuidv7();
      return handling.race(runInContext({ tenant: '', correlationId }, async () => await cron.invoke({ ...of, unit })));
    };
    try {
      await ports.unitOfWork.run(work, { mode: 'new', tenant: '' });
    } finally {
      over.abort();
      cutting.removeEventListener('abort', cut);
    }
  }

  /** Moves on without effects. */
  private async goOn(state: CronState, next: number, failure?: string): Promise<void> {
    try {
      const change = this.change(state, next, failure);
      await this.ports.unitOfWork.run((unit) => void unit.enlist(change), { mode: 'new', tenant: '' });
    } catch (error) {
      if (!isMinosError(error, 'CRON_TICK_TAKEN')) throw error;
    }
  }

  private change({ name, definition, nextAt: tick }: CronState, next: number, failure?: string): FireCron {
    const change = { kind: FIRE_CRON, name, definition, run: uuidv7(), tick, next } as const;
    return failure === undefined ? change : { ...change, failure };
  }

  private async look(): Promise<{ readonly state: CronState | undefined; readonly now: number }> {
    const { crons, now } = await this.ports.store.read([this.cron.name]);
    return { state: crons[0], now };
  }
}

function messageOf(error: unknown): string {
  return String(error instanceof Error ? error.message : error).slice(0, LONGEST_FAILURE);
}

const nothing = (): undefined => undefined;
