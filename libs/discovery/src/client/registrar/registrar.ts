import { backoff, InterruptiblePause, waitFor } from '@minos/common';
import { failureText } from '@minos/common/http';
import type { Registration } from '../../contracts/index.js';
import { type RegistrarOptions, resolveRegistrarOptions, type ResolvedRegistrarOptions } from './registrar.options.js';
import { RegistryApi, RegistryRefusal } from './registry-api.js';

/** How the registration of this process is. */
export interface RegistrarStatus {
  readonly registered: boolean;
  /** In a row; of registrations and heartbeats. */
  readonly failures: number;
  readonly registrations: number;
  readonly heartbeats: number;
  /** What was wrong last. */
  readonly trouble?: string;
}

const LONGEST_PAUSE = 20;
/** What is refused for good is tried again seldom: an operator may free the route. */
const REFUSED_PAUSE = 60;
/** A heartbeat comes a little before its time, never behind it. */
const JITTER = 0.2;

/**
 * Keeps one instance registered: registers it, sends heartbeats, registers it again where the registry has forgotten it, and takes it out at the end. Nothing here keeps
 * an application from starting or ending longer than it says.
 */
export class Registrar {
  private readonly options: ResolvedRegistrarOptions;
  private readonly api: RegistryApi;
  private readonly pause: InterruptiblePause;
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private ended: Promise<void> | undefined;
  private state: RegistrarStatus = { registered: false, failures: 0, registrations: 0, heartbeats: 0 };
  private mayBeKnown = false;

  /** Throws `OPTIONS_INVALID`. */
  constructor(options: RegistrarOptions) {
    this.options = resolveRegistrarOptions(options);
    this.api = new RegistryApi(this.options);
    this.pause = new InterruptiblePause(this.options.clock);
  }

  get status(): RegistrarStatus {
    return this.state;
  }

  /** Whether {@link stop} was called: requests shall go elsewhere. */
  get leaving(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Begins; returns at once, and goes on until {@link stop}. Called again it changes nothing. */
  start(registration: Omit<Registration, 'epoch'>): void {
    if (!this.leaving) this.running ??= this.run(registration);
  }

  /** Takes the instance out of the registry, within this time at the most; where that fails, its probes and its lease do it. Idempotent. */
  stop(withinMs: number): Promise<void> {
    this.ended ??= this.leave(withinMs);
    return this.ended;
  }

  private async leave(withinMs: number): Promise<void> {
    this.stopping.abort();
    this.pause.wake();
    await this.running;
    if (!this.mayBeKnown) return;
    const late = new AbortController();
    const leaving = this.api.deregister(late.signal).then(
      () => this.change({ registered: false, failures: 0 }, 'Taken out of the registry'),
      (error: unknown) => this.options.onChange(`Taking the instance out of the registry failed: ${failureText(error)}`, false),
    );
    if (!(await waitFor(leaving, withinMs))) late.abort();
    await leaving;
  }

  private async run(registration: Omit<Registration, 'epoch'>): Promise<void> {
    const { signal } = this.stopping;
    let heartbeatMs: number | undefined;
    while (!signal.aborted) {
      let pause: number;
      try {
        if (heartbeatMs === undefined) heartbeatMs = await this.register(registration);
        else await this.heartbeat();
        pause = heartbeatMs * (1 - Math.random() * JITTER);
      } catch (error) {
        if (signal.aborted) return;
        const unknown = error instanceof RegistryRefusal && error.status === 404;
        pause = this.failed(error, unknown && heartbeatMs !== undefined);
        if (unknown) heartbeatMs = undefined;
        else if (heartbeatMs !== undefined) pause = Math.min(pause, heartbeatMs);
      }
      await this.pause.wait(pause);
    }
  }

  private async register(registration: Omit<Registration, 'epoch'>): Promise<number> {
    // An answer that is lost may have been a success.
    this.mayBeKnown = true;
    const { heartbeatMs } = await this.api.register(registration, this.stopping.signal);
    this.change(
      { registered: true, failures: 0, registrations: this.state.registrations + 1 },
      `Registered as ${this.options.instance} at ${registration.address}`,
    );
    return heartbeatMs;
  }

  private async heartbeat(): Promise<void> {
    await this.api.heartbeat(this.stopping.signal);
    this.change({ registered: true, failures: 0, heartbeats: this.state.heartbeats + 1 }, 'The registry is back');
  }

  /** Answers how long to wait before the next try. */
  private failed(error: unknown, forgotten: boolean): number {
    const { retry } = this.options;
    const failures = this.state.failures + 1;
    const trouble = failureText(error);
    this.change(
      { registered: false, failures, trouble },
      forgotten ? 'The registry has forgotten this instance; it registers again' : `Not registered: ${trouble}`,
    );
    if (forgotten) return 0;
    return backoff(failures, retry, retry * (error instanceof RegistryRefusal && error.isFinal ? REFUSED_PAUSE : LONGEST_PAUSE));
  }

  /** Tells of it only where something is different: one line, not one for each try. */
  private change(next: Partial<RegistrarStatus>, message: string): void {
    const { registered, trouble } = this.state;
    const { trouble: now, ...rest } = next;
    const { trouble: _, ...before } = this.state;
    this.state = { ...before, ...rest, ...(now === undefined ? {} : { trouble: now }) };
    if (this.state.registered !== registered || (!this.state.registered && now !== undefined && now !== trouble))
      this.options.onChange(message, this.state.registered || this.leaving);
  }
}
