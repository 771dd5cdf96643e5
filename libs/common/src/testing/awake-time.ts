import { clearInterval, setInterval } from 'node:timers';

const LOOK_MS = 5;
const LONGEST_LOOK_MS = 50;

/** The time in which this process ran: where it stands still for longer than a moment, so does this. For tests whose bounds are not those of the machine. */
export class AwakeTime {
  private passed = 0;
  private longest = 0;
  private looked = performance.now();
  private readonly looks = setInterval(() => this.look(), LOOK_MS).unref();

  /** Milliseconds since it was made. */
  get now(): number {
    this.look();
    return this.passed;
  }

  /** The longest time in milliseconds in which it did not run so far. */
  get longestStandstill(): number {
    this.look();
    return this.longest;
  }

  /** Behind it the time stands still but for the looks at it. */
  end(): void {
    clearInterval(this.looks);
  }

  private look(): void {
    const now = performance.now();
    this.passed += Math.min(now - this.looked, LONGEST_LOOK_MS);
    this.longest = Math.max(this.longest, now - this.looked);
    this.looked = now;
  }
}
