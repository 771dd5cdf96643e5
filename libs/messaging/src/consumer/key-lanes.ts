import type { Slots } from './slots.js';

export type Job = () => Promise<void>;

interface Place {
  readonly job: Job;
  readonly ended?: () => void;
}

/**
 * Runs jobs: those of one key one after the other in the order in which they came, those of different keys at the same time, as far as there are places. Jobs do not
 * reject.
 */
export class KeyLanes {
  private readonly lanes = new Map<string, Place[]>();
  private readonly idle: (() => void)[] = [];
  private running = 0;
  private closed = false;

  /** Places are taken in the given order. */
  constructor(private readonly slots: readonly Slots[]) {}

  submit(key: string, job: Job): void {
    this.add(key, { job });
  }

  /** {@link submit}, and resolves when the job has ended, or is dropped. */
  runIn(key: string, job: Job): Promise<void> {
    return new Promise((ended) => this.add(key, { job, ended }));
  }

  /** For a job that runs: waits without its places, so that others get on, and takes them again. */
  async aside(wait: () => Promise<void>): Promise<void> {
    for (const slots of this.slots) slots.give();
    try {
      await wait();
    } finally {
      await this.takePlaces();
    }
  }

  /** Begins no further job, drops those that wait. Resolves when none is running. */
  close(): Promise<void> {
    this.closed = true;
    return this.running === 0 ? Promise.resolve() : new Promise((resolve) => this.idle.push(resolve));
  }

  private add(key: string, place: Place): void {
    if (this.closed) return place.ended?.();
    const lane = this.lanes.get(key);
    if (lane) return void lane.push(place);
    const made = [place];
    this.lanes.set(key, made);
    void this.run(key, made);
  }

  private async run(key: string, lane: Place[]): Promise<void> {
    for (let place = lane[0]; place !== undefined; place = lane[0]) {
      const wait = this.takePlaces();
      if (wait) await wait;
      if (!this.closed) await this.runOne(place.job);
      for (const slots of this.slots) slots.give();
      place.ended?.();
      lane.shift();
    }
    this.lanes.delete(key);
  }

  /** `undefined` where all were free, which costs no turn of the queue. */
  private takePlaces(from = 0): Promise<void> | undefined {
    for (let index = from; index < this.slots.length; index += 1) {
      const wait = this.slots[index]?.take();
      if (wait) return wait.then(() => this.takePlaces(index + 1));
    }
    return undefined;
  }

  private async runOne(job: Job): Promise<void> {
    this.running += 1;
    await job();
    this.running -= 1;
    if (this.running === 0) for (const resolve of this.idle.splice(0)) resolve();
  }
}
