import type { ServiceInstance } from '@minos/discovery';
import type { BalancingSettings } from './balancing.options.js';
import { SlidingWindow } from './sliding-window.js';

/** `in`: gets requests. `out`: ejected. `trial`: its time is over, and one request finds out whether it works again. */
export type Standing = 'in' | 'out' | 'trial';

const LEAST_WEIGHT = 0.1;
const LONGEST_PAUSE_MS = 1_000;

/** What one gateway knows of one instance. Times are of the monotonic clock. */
export class InstanceRecord {
  pending = 0;
  /** How the last call that says something ended. */
  lastFailed = false;
  private inARow = 0;
  private pausesUntil = -Infinity;
  private ejections = 0;
  private ejectedUntil: number | undefined;
  private returnedAt = -Infinity;
  private readonly window: SlidingWindow;

  /** `warmSince`: when it began to get requests; `-Infinity` where it is warm already. */
  constructor(
    public instance: ServiceInstance,
    private readonly settings: BalancingSettings,
    private warmSince: number,
  ) {
    this.window = new SlidingWindow(settings.ejection.window);
  }

  standing(now: number): Standing {
    if (this.ejectedUntil === undefined) return 'in';
    return now < this.ejectedUntil ? 'out' : 'trial';
  }

  get returnsAt(): number {
    return this.ejectedUntil ?? -Infinity;
  }

  /** From 0.1 to 1 while it is new, or has come back. */
  weight(now: number): number {
    const { slowStart } = this.settings;
    const age = now - this.warmSince;
    return age >= slowStart ? 1 : Math.max(LEAST_WEIGHT, age / slowStart);
  }

  /** Whether it failed a moment ago. One that refuses connections has never anything pending, and would be the first to be asked again. */
  pauses(now: number): boolean {
    return now < this.pausesUntil;
  }

  answered(now: number): void {
    this.lastFailed = false;
    this.inARow = 0;
    this.pausesUntil = -Infinity;
    this.window.count(now, false);
    // Not while its time runs: that is an answer to a call from before, or from when nobody else was there.
    if (this.standing(now) === 'trial') this.takeBack(now);
  }

  failed(now: number): void {
    this.lastFailed = true;
    this.pausesUntil = now + Math.min(LONGEST_PAUSE_MS, this.settings.ejection.pause * 2 ** Math.min(this.inARow++, 30));
    this.window.count(now, true);
  }

  /** Whether it has failed so often that it should be left alone. */
  isOutlier(now: number): boolean {
    const standing = this.standing(now);
    if (standing !== 'in') return standing === 'trial' && this.lastFailed;
    const { failures, rate, requests } = this.settings.ejection;
    if (this.inARow >= failures) return true;
    const { all, some } = this.window.totals(now);
    return this.lastFailed && all >= requests && some / all >= rate;
  }

  eject(now: number): void {
    const { time, longest } = this.settings.ejection;
    if (this.standing(now) === 'in' && now - this.returnedAt > longest) this.ejections = 0;
    this.ejectedUntil = now + Math.min(longest, time * 2 ** Math.min(this.ejections++, 30));
  }

  takeBack(now: number): void {
    this.ejectedUntil = undefined;
    this.returnedAt = now;
    this.warmSince = now;
    this.inARow = 0;
    this.window.clear();
  }
}
