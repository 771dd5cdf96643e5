import { type Clock, InterruptiblePause, joinSignals, type Lease, LeaseKeeper, type Leases, uuidv7 } from '@minos/common';
import { CallsTogether } from '@minos/postgres';
import type { InstanceProber, KeptInstance, ProbeOutcome, RegistryStore, StateVerdict } from '../../contracts/index.js';
import { decideState, type StateRules } from './decide-state.js';
import { ProbeSchedule, type Watched } from './probe-schedule.js';

export interface RegistryKeeperParts {
  readonly store: RegistryStore;
  readonly prober: InstanceProber;
  readonly clock: Clock;
  /** Shared by the registries of one store, so that one of them looks after the instances. @default this one does */
  readonly leases?: Leases;
  /** Hears of what an instance turned into, and why. */
  readonly onVerdict?: (verdict: StateVerdict, why: string) => void;
  /** Hears of what could not be done; it is tried again. */
  readonly onTrouble?: (error: unknown) => void;
}

export interface KeeperTimes {
  readonly intervalMs: number;
  readonly leaseMs: number;
  readonly rules: StateRules;
  /** Probes on their way at one time. */
  readonly concurrency: number;
  /** How long what left is kept. */
  readonly forgetMs: number;
}

const LEASE = 'registry.keeper';
/** Parts of an interval: how often it looks, how long a failed probe waits for the second, how long the right to look lasts. */
const LOOK = 4;
const AGAIN = 0.2;
const TENURE = 0.6;
/** In intervals: how old a heartbeat may be. One comes in each, and a hung instance has to be out within two. */
const HEARD = 1.25;

/** The time in which one registry is the keeper. */
interface Tenure {
  readonly lease: Lease | undefined;
  readonly signal: AbortSignal;
  end(): Promise<void>;
}

/**
 * Looks after the instances: probes each once in an interval and stores what that and its lease come to. Of several registries one does so at a time; its verdicts carry
 * the epoch of its lease, so that one that was replaced stores none.
 */
export class RegistryKeeper {
  private readonly holder = uuidv7();
  private readonly stopping = new AbortController();
  private readonly pause: InterruptiblePause;
  private readonly probes = new Set<Promise<void>>();
  private running: Promise<void> | undefined;
  private forgotten = 0;
  private tenure: Tenure | undefined;

  constructor(
    private readonly parts: RegistryKeeperParts,
    private readonly times: KeeperTimes,
  ) {
    this.pause = new InterruptiblePause(parts.clock);
  }

  /** Whether this registry is the keeper now. */
  get keeping(): boolean {
    return this.tenure !== undefined;
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Looks at once: an instance has registered. */
  wake(): void {
    this.pause.wake();
  }

  /** Waits for probes that are on their way. Idempotent. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.pause.wake();
    await this.running;
    await Promise.all(this.probes);
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        this.tenure = await this.begin();
        if (this.tenure !== undefined) await this.keep(this.tenure);
      } catch (error) {
        this.parts.onTrouble?.(error);
      }
      await this.tenure?.end();
      this.tenure = undefined;
      if (!signal.aborted) await this.pause.wait(this.times.intervalMs / LOOK);
    }
  }

  private async begin(): Promise<Tenure | undefined> {
    const { leases, clock } = this.parts;
    const { signal } = this.stopping;
    if (leases === undefined) return { lease: undefined, signal, end: async () => undefined };
    const ttl = this.times.intervalMs * TENURE;
    const lease = await leases.acquire(LEASE, this.holder, ttl);
    if (lease === undefined) return undefined;
    const keeper = new LeaseKeeper(leases, clock, lease, ttl);
    const over = joinSignals(signal, keeper.signal);
    // Let go last, so that a probe on its way hears of the end.
    const end = (): Promise<void> => keeper.end().finally(over.release);
    return { lease, signal: over.signal, end };
  }

  private async keep(tenure: Tenure): Promise<void> {
    const { store, clock } = this.parts;
    const { intervalMs, leaseMs, concurrency } = this.times;
    const schedule = new ProbeSchedule({ intervalMs, againMs: intervalMs * AGAIN });
    const judging = new CallsTogether<StateVerdict, void>((verdicts) => this.judge(verdicts, tenure));
    while (!tenure.signal.aborted) {
      this.pause.reset();
      const lookAgain = clock.monotonic() + intervalMs / LOOK;
      schedule.take(await store.look({ downAfterMs: intervalMs, leaseMs }), clock.monotonic());
      await this.forget();
      while (!tenure.signal.aborted && clock.monotonic() < lookAgain) {
        for (const one of schedule.due(clock.monotonic(), concurrency - this.probes.size))
          this.begun(this.probe(one, schedule, judging, tenure));
        const now = clock.monotonic();
        const woken = await this.pause.wait(Math.max(1, Math.min(lookAgain - now, schedule.untilNext(now))));
        // Somebody waits for those that are new; all others have time until the next look.
        if (woken) schedule.add(await store.look({ downAfterMs: intervalMs, leaseMs, onlyNew: true }), clock.monotonic());
      }
    }
  }

  private begun(probe: Promise<void>): void {
    this.probes.add(probe);
    void probe.finally(() => this.probes.delete(probe));
  }

  private async probe(
    one: Watched,
    schedule: ProbeSchedule,
    judging: CallsTogether<StateVerdict, void>,
    { signal }: Tenure,
  ): Promise<void> {
    const asked = one.instance;
    const outcome = await this.parts.prober.probe(asked);
    schedule.record(one, outcome, this.parts.clock.monotonic());
    if (signal.aborted) return;
    const verdict = this.verdictOn(one, outcome, schedule);
    if (verdict === undefined) return;
    await judging.call({ ...verdict, address: asked.address, epoch: asked.epoch }).then(
      () => {
        // Until the next look says what came of it.
        if (one.instance === asked) one.instance = laterOf(asked, verdict);
        this.parts.onVerdict?.(verdict, outcome.kind === 'ok' ? 'it answers' : outcome.reason);
      },
      (error: unknown) => this.parts.onTrouble?.(error),
    );
  }

  /** `undefined` where nothing changes. */
  private verdictOn(one: Watched, outcome: ProbeOutcome, schedule: ProbeSchedule): StateVerdict | undefined {
    const { instance, failures, successes, onlyUnready } = one;
    const { intervalMs, leaseMs, rules } = this.times;
    const heard = instance.lapsedMs + leaseMs <= intervalMs * HEARD;
    const othersUp = schedule.othersUp(one);
    const decision = decideState(instance, { outcome, failures, successes, onlyUnready, heard, othersUp, ...schedule.census }, rules);
    const published = outcome.kind === 'ok' ? { published: outcome.published } : {};
    if (decision === undefined) return undefined;
    if (decision.state === instance.state && (outcome.kind !== 'ok' || outcome.published === instance.published)) return undefined;
    const { service, instance: id, epoch, address } = instance;
    return { service, instance: id, epoch, address, ...decision, ...published };
  }

  private async judge(verdicts: readonly StateVerdict[], { lease }: Tenure): Promise<readonly void[]> {
    const fence = lease === undefined ? undefined : { name: lease.name, epoch: lease.epoch };
    if ((await this.parts.store.judge(verdicts, fence)) > 0) this.wake();
    return verdicts.map(() => undefined);
  }

  private async forget(): Promise<void> {
    const { clock, store } = this.parts;
    if (clock.monotonic() < this.forgotten) return;
    this.forgotten = clock.monotonic() + this.times.forgetMs / 4;
    await store.forget(this.times.forgetMs);
  }
}

function laterOf(instance: KeptInstance, { state, published = instance.published }: StateVerdict): KeptInstance {
  return state === 'left' ? instance : { ...instance, state, published };
}
