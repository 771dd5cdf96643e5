/** What one look at the database showed: the highest position that can be seen, then the transactions that hold the lock of those who draw one. */
export interface FenceObservation {
  readonly latest: bigint;
  /** Transactions that hold the lock; `undefined` where they were not asked for, because `latest` had not moved and nothing was open. */
  readonly holders: readonly string[] | undefined;
  /** Whether a prepared transaction is among them, which may go by another name than before it was prepared. */
  readonly prepared: boolean;
  /** Milliseconds on a clock that never goes back. */
  readonly at: number;
}

interface Mark {
  readonly latest: bigint;
  holders: readonly string[];
  readonly since: number;
}

/** More marks than this are only a finer grain of progress behind long transactions. */
const MOST_MARKS = 64;

/**
 * Works out up to which number nothing can change any more.
 *
 * Numbers are drawn in ascending order, so all up to `latest`, which somebody has committed, were drawn before the look. Whoever drew one held
 * the lock before it was drawn, and so does when the locks are read after it, unless its transaction is over by then. Hence `latest` is settled once none of the transactions that held the lock at that look holds it any more.
 * Transactions that take it later draw higher numbers. Compares no transaction ids and keeps nothing that outlives the process.
 */
export class FeedFence {
  private marks: Mark[] = [];
  private waitedSince: number | undefined;
  private settledNumber: bigint | undefined;
  private latestNumber = 0n;

  /** @param waitingSince when a fence that this one replaces began to wait, if it does */
  constructor(waitingSince?: number) {
    this.waitedSince = waitingSince;
  }

  /** Everything up to here has committed or never will; `undefined` before the first look that found out. */
  get settled(): bigint | undefined {
    return this.settledNumber;
  }

  get latest(): bigint {
    return this.latestNumber;
  }

  /** The number to give as known, so that the locks need not be read when it has not moved; `undefined` while marks are open. */
  get known(): bigint | undefined {
    return this.marks.length === 0 ? this.settledNumber : undefined;
  }

  /** When the oldest mark that is not settled was made. */
  get waitingSince(): number | undefined {
    return this.marks[0]?.since;
  }

  /** The transactions that hold back the oldest open mark. */
  get blockers(): readonly string[] {
    return this.marks[0]?.holders ?? [];
  }

  observe({ latest, holders, prepared, at }: FenceObservation): void {
    this.latestNumber = latest;
    if (holders === undefined) return;
    if (!prepared) this.strike(new Set(holders));
    const newest = this.marks.at(-1)?.latest ?? this.settledNumber ?? -1n;
    if (latest > newest) this.add({ latest, holders, since: this.waitedSince ?? at });
    this.waitedSince = undefined;
    if (!prepared) this.settle();
  }

  private strike(present: ReadonlySet<string>): void {
    for (const mark of this.marks) mark.holders = mark.holders.filter((holder) => present.has(holder));
    this.merge();
  }

  /** A mark whose follower waits for nobody else settles together with it, so the follower stands for both. */
  private merge(): void {
    const kept: Mark[] = [];
    for (const mark of this.marks) {
      let since = mark.since;
      for (let last = kept.at(-1); last !== undefined && includesAll(last.holders, mark.holders); last = kept.at(-1)) {
        since = last.since;
        kept.pop();
      }
      kept.push({ ...mark, since });
    }
    this.marks = kept;
  }

  /** A newer mark's holders include those of an older one that are still there, so it can stand for both. */
  private add(mark: Mark): void {
    if (this.marks.length >= MOST_MARKS) {
      const replaced = this.marks.pop();
      this.marks.push({ ...mark, since: replaced?.since ?? mark.since });
      return;
    }
    this.marks.push(mark);
  }

  private settle(): void {
    const open = this.marks.findIndex((mark) => mark.holders.length > 0);
    const passed = open === -1 ? this.marks.splice(0) : this.marks.splice(0, open);
    const last = passed.at(-1);
    if (last !== undefined) this.settledNumber = last.latest;
  }
}

function includesAll(holders: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((holder) => holders.includes(holder));
}
