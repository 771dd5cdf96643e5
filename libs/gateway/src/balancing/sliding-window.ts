const BUCKETS = 10;

/** Counts of all and of some events in the last so many milliseconds, in tenths of that time. */
export class SlidingWindow {
  private readonly all = new Array<number>(BUCKETS).fill(0);
  private readonly some = new Array<number>(BUCKETS).fill(0);
  private readonly width: number;
  /** Number of the tenth that was counted in last, since the clock began. */
  private latest = 0;

  constructor(milliseconds: number) {
    this.width = milliseconds / BUCKETS;
  }

  count(now: number, isSome: boolean): void {
    const at = this.moveTo(now);
    this.all[at] = (this.all[at] ?? 0) + 1;
    if (isSome) this.some[at] = (this.some[at] ?? 0) + 1;
  }

  /** Counts one of the `some` that was not counted in `all`. */
  countSome(now: number): void {
    const at = this.moveTo(now);
    this.some[at] = (this.some[at] ?? 0) + 1;
  }

  totals(now: number): { readonly all: number; readonly some: number } {
    this.moveTo(now);
    return { all: sum(this.all), some: sum(this.some) };
  }

  clear(): void {
    this.all.fill(0);
    this.some.fill(0);
  }

  private moveTo(now: number): number {
    const tenth = Math.max(this.latest, Math.floor(now / this.width));
    if (tenth - this.latest >= BUCKETS) this.clear();
    else {
      for (let passed = this.latest + 1; passed <= tenth; passed++) {
        this.all[passed % BUCKETS] = 0;
        this.some[passed % BUCKETS] = 0;
      }
    }
    this.latest = tenth;
    return tenth % BUCKETS;
  }
}

function sum(counts: readonly number[]): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}
