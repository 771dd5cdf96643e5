import { type HealthProbeKind, type HealthProbeResult, isMinosError } from '@minos/common';
import type { FoundProbe } from './probe.explorer.js';

/** Milliseconds. */
export interface ProbePatience {
  /** How long an answer is waited for. */
  readonly timeout: number;
  /** How long the last answer counts while the next one is on its way. */
  readonly patience: number;
}

/**
 * A probe that is asked again and again, and checks one thing at a time. A service that is busy answers late and is not sick: its last answer counts for a while, or all instances of a service would be
 * taken out of routing in the moment in which all of them are needed.
 */
export class AskedProbe {
  private running: { readonly answer: Promise<HealthProbeResult>; readonly since: number } | undefined;
  private last: { readonly result: HealthProbeResult; readonly at: number } | undefined;

  constructor(
    private readonly found: FoundProbe,
    private readonly limits: ProbePatience,
  ) {}

  get name(): string {
    return this.found.name;
  }

  get kind(): HealthProbeKind {
    return this.found.kind;
  }

  /** Never rejects: what throws is down. */
  async ask(): Promise<HealthProbeResult> {
    const { timeout } = this.limits;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), timeout);
      timer.unref();
    });
    const answer = await Promise.race([this.check(), late]);
    clearTimeout(timer);
    return answer ?? this.lastAnswer() ?? { status: 'down', details: { message: `no answer within ${timeout} ms` } };
  }

  /** Joins the check that runs; one that may never end is given up in the end, and asked anew. */
  private check(): Promise<HealthProbeResult> {
    const now = performance.now();
    const { timeout, patience } = this.limits;
    if (this.running !== undefined && now - this.running.since <= timeout + patience) return this.running.answer;
    const running = { answer: this.answer(), since: now };
    this.running = running;
    void running.answer.then((result) => {
      if (this.running !== running) return;
      this.running = undefined;
      this.last = { result, at: performance.now() };
    });
    return running.answer;
  }

  private async answer(): Promise<HealthProbeResult> {
    try {
      return await this.found.probe.check();
    } catch (error) {
      // Messages of drivers name hosts and users; the code says enough, the log has the rest.
      const message = isMinosError(error) ? error.code : error instanceof Error ? error.name : 'unknown error';
      return { status: 'down', details: { message } };
    }
  }

  private lastAnswer(): HealthProbeResult | undefined {
    if (this.last === undefined) return undefined;
    const { result, at } = this.last;
    const ageMs = performance.now() - at;
    if (ageMs > this.limits.patience) return undefined;
    return { ...result, details: { ...result.details, answeredSecondsAgo: Math.round(ageMs / 1_000) } };
  }
}
