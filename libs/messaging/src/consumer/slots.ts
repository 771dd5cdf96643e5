/** A number of places; who finds none free waits in line. */
export class Slots {
  private readonly line: (() => void)[] = [];

  constructor(private free: number) {}

  /** `undefined` where a place was free, which costs no turn of the queue. */
  take(): Promise<void> | undefined {
    if (this.free > 0) {
      this.free -= 1;
      return undefined;
    }
    return new Promise((resolve) => this.line.push(resolve));
  }

  give(): void {
    const next = this.line.shift();
    if (next) next();
    else this.free += 1;
  }
}
