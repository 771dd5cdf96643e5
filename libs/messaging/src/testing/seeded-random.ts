import { keyHash } from '@minos/common';

/** Random numbers that a seed decides (Mulberry32). For tests: neither unpredictable nor of use for secrets. */
export class SeededRandom {
  private state: number;

  constructor(private readonly seed: number) {
    this.state = seed | 0;
  }

  /** From 0 up to 1, without it. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to `limit`, without it. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** Numbers of their own for a purpose: what others draw meanwhile does not change them. */
  fork(purpose: string): SeededRandom {
    return new SeededRandom(keyHash(`${this.seed}/${purpose}`));
  }
}
