import { AwakeTime } from '@minos/common/testing';

/**
 * For what a process loses that is not heard for a while: makes the attempt again where this process stood still for longer than `milliseconds` at one time meanwhile, for
 * it could not be heard then. Otherwise does what the attempt gave, which is to look at the outcome.
 */
export async function unlessItStoodStill(milliseconds: number, attempt: () => Promise<() => void>): Promise<void> {
  for (;;) {
    const time = new AwakeTime();
    try {
      const judge = await attempt();
      if (time.longestStandstill < milliseconds) return judge();
    } finally {
      time.end();
    }
  }
}
