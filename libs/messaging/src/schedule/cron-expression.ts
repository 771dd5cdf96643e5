import { Cron } from 'croner';

/** Five or six fields, or a nickname such as `@hourly`. Croner would also take a date, which ticks once. */
const SHAPE = /^\s*(@[a-z]+|\S+(\s+\S+){4,5})\s*$/i;

/**
 * A cron expression in a time zone. Where clocks go forward, a job at a fixed time that is left out runs right behind the gap, on the same day, and one that runs often leaves out what
 * is not there; where they go back, a fixed time that comes twice runs at its first, and one that runs often goes on through the repeated hour.
 */
export class CronExpression {
  private constructor(private readonly cron: Cron) {}

  /** What is wrong with it, as a sentence, or the expression. */
  static read(expression: string, timezone: string): CronExpression | string {
    if (typeof expression !== 'string' || !SHAPE.test(expression)) return 'it needs five fields, or six with seconds in front';
    try {
      const options = { timezone, paused: true, mode: '5-or-6-parts', fixedTimeRule: 'no-wildcard' } as const;
      new Intl.DateTimeFormat('en', { timeZone: timezone });
      return new CronExpression(new Cron(expression.trim(), options));
    } catch (error) {
      return error instanceof Error ? error.message.replace(/^Cron\w+: /, '') : String(error);
    }
  }

  /** The first tick after a moment; both in milliseconds since the epoch. `undefined` where there is none any more. */
  after(moment: number): number | undefined {
    return this.cron.nextRun(new Date(Math.floor(moment)))?.getTime();
  }
}
