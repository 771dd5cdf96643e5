import { AwakeTime } from '@minos/common/testing';

const MOST_ATTEMPTS = 20;

/**
 * For what a process loses that is not heard for a while: makes the attempt again where this process stood still for longer than `milliseconds` at one time meanwhile, for
 * it could not be heard then. Otherwise does what the attempt gave, which is to look at the outcome.
 */
export async function unlessItStoodStill(milliseconds: number, attempt: () => Promise<() => void>): Promise<void> {
  for (let made = 0; made < MOST_ATTEMPTS; made += 1) {
    const time = new AwakeTime();
    try {
      const judge = await attempt();
      if (time.longestStandstill < milliseconds) return judge();
    } finally {
      time.end();
    }
  }
  throw new Error(`This process stood still for ${milliseconds} ms or longer during each of ${MOST_ATTEMPTS} attempts.`);
}
