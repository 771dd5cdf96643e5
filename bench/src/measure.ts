import { median } from './statistics.js';

/** One thing to measure: `run` works for about so many seconds and returns its rate per second. */
export interface Side {
  readonly name: string;
  run(seconds: number): Promise<number>;
}

/** Rates of each side, one per round, in the order of the rounds. */
export type Rounds = ReadonlyMap<string, readonly number[]>;

export interface InterleaveOptions {
  readonly rounds: number;
  readonly seconds: number;
  /** Before each single measurement, for example a checkpoint of the server. @default nothing */
  readonly before?: () => Promise<unknown>;
}

/**
 * Measures the sides in turns (A, B, A, B, …), after one round that does not count: what else the machine does then falls on all of them.
 */
export async function interleave(sides: readonly Side[], options: InterleaveOptions): Promise<Rounds> {
  const rates = new Map<string, number[]>(sides.map((side) => [side.name, []]));
  for (let round = 0; round <= options.rounds; round++) {
    for (const side of sides) {
      await options.before?.();
      const rate = await side.run(options.seconds);
      if (round > 0) rates.get(side.name)?.push(rate);
    }
  }
  return rates;
}

export function rateOf(rounds: Rounds, name: string): number {
  return median(rounds.get(name) ?? []);
}

/** Median of the ratios round by round: each is between two measurements that are close in time. */
export function ratioOf(rounds: Rounds, name: string, reference: string): number {
  const references = rounds.get(reference) ?? [];
  return median((rounds.get(name) ?? []).map((rate, round) => rate / (references[round] ?? Number.NaN)));
}

/** So many callers, each calling again as soon as the last call has ended, until the time is over. Returns calls per second. */
export async function callRate(callers: number, seconds: number, call: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  const end = start + seconds * 1000;
  let calls = 0;
  const caller = async (): Promise<void> => {
    while (performance.now() < end) {
      await call();
      calls++;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return (calls * 1000) / (performance.now() - start);
}

/** Runs `work` once and returns how many seconds it took. */
export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
