import type { Clock } from '@minos/common';
import type { RetryBudget } from '../contracts/balancing.js';
import type { BalancingSettings } from './balancing.options.js';
import { SlidingWindow } from './sliding-window.js';

const WINDOW_MS = 10_000;

/** Retries of the last ten seconds are at most a share of the requests of these, and a few more. */
export class WindowedRetryBudget implements RetryBudget {
  private readonly windows = new Map<string, SlidingWindow>();

  constructor(
    private readonly settings: BalancingSettings['retries'],
    private readonly clock: Clock,
  ) {}

  sent(service: string): void {
    this.windowOf(service).count(this.clock.monotonic(), false);
  }

  take(service: string): boolean {
    const now = this.clock.monotonic();
    const window = this.windowOf(service);
    const { all: requests, some: retries } = window.totals(now);
    const { share, perSecond } = this.settings;
    if (retries + 1 > requests * share + (perSecond * WINDOW_MS) / 1_000) return false;
    window.countSome(now);
    return true;
  }

  /** As many as there are services: names come from routes, not from clients. */
  private windowOf(service: string): SlidingWindow {
    let window = this.windows.get(service);
    if (window === undefined) this.windows.set(service, (window = new SlidingWindow(WINDOW_MS)));
    return window;
  }
}
