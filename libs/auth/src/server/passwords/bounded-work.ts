/** Work that is done a few at a time; what would wait behind too many others is refused at once. */
export class BoundedWork {
  private active = 0;
  private readonly queue: (() => void)[] = [];

  constructor(
    private readonly concurrency: number,
    private readonly longestQueue: number,
    private readonly refuse: () => Error,
  ) {}

  get running(): number {
    return this.active;
  }

  get waiting(): number {
    return this.queue.length;
  }

  /** Rejects with what `refuse` makes where the queue is full; the work is not begun then. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.active < this.concurrency) this.active += 1;
    else if (this.queue.length >= this.longestQueue) throw this.refuse();
    else await new Promise<void>((resolve) => this.queue.push(resolve));
    try {
      return await work();
    } finally {
      // The place is handed on, so that nobody who comes now overtakes who waits.
      const next = this.queue.shift();
      if (next === undefined) this.active -= 1;
      else next();
    }
  }
}
