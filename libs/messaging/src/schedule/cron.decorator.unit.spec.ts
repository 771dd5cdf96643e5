import { resolveCrons, type CronDefinition } from './cron-definition.js';
import { Cron, cronMetadataOf, type CronContext } from './cron.decorator.js';

class Carts {
  readonly seen: string[] = [];

  @Cron('order.expire-carts', '*/5 * * * *')
  expire(context: CronContext): void {
    this.seen.push(context.name);
  }

  @Cron('order.report', '0 3 * * *', { timezone: 'Europe/Berlin', missed: 'skip', deadline: '10m' })
  async report(): Promise<void> {}
}

class MoreCarts extends Carts {
  @Cron('order.more', '@hourly')
  more(): void {}
}

const definitionsOf = (type: { new (): object; readonly prototype: object }): CronDefinition[] =>
  cronMetadataOf(type).map(({ method, deadlineMs, timezone, missed, ...rest }) => ({
    ...rest,
    ...(timezone === undefined ? {} : { timezone }),
    ...(missed === undefined ? {} : { missed }),
    ...(deadlineMs === undefined ? {} : { deadline: deadlineMs }),
    handler: { type, method },
    invoke: () => undefined,
  }));

describe('@Cron', () => {
  it('writes what it was given on the class, also for those that extend it', () => {
    expect(cronMetadataOf(Carts)).toEqual([
      {
        name: 'order.expire-carts',
        expression: '*/5 * * * *',
        timezone: undefined,
        missed: undefined,
        deadlineMs: undefined,
        method: 'expire',
      },
      { name: 'order.report', expression: '0 3 * * *', timezone: 'Europe/Berlin', missed: 'skip', deadlineMs: 600_000, method: 'report' },
    ]);
    expect(cronMetadataOf(MoreCarts).map(({ name }) => name)).toEqual(['order.expire-carts', 'order.report', 'order.more']);
    expect(cronMetadataOf(class {})).toEqual([]);
  });

  it('resolves with defaults', () => {
    expect(resolveCrons(definitionsOf(Carts))).toMatchObject([
      { name: 'order.expire-carts', timezone: 'UTC', missed: 'once', deadlineMs: 300_000, definition: '["*/5 * * * *","UTC"]' },
      { name: 'order.report', timezone: 'Europe/Berlin', missed: 'skip', deadlineMs: 600_000 },
    ]);
  });

  it('says everything that is wrong, where it stands, and what is right', () => {
    class Wrong {
      @Cron('order.often', '*/5 * * *')
      often(): void {}

      @Cron('order.nowhere', '0 3 * * *', { timezone: 'Europe/Nowhere' })
      nowhere(): void {}

      @Cron('order.never', '0 0 30 2 *')
      never(): void {}

      @Cron('no name!', '@hourly')
      unnamed(): void {}

      @Cron('order.never', '@hourly', { deadline: 'soon' as '1s' })
      again(): void {}

      @Cron('order.lax', '@hourly', { missed: 'all' as 'once' })
      lax(): void {}
    }
    let error: unknown;
    try {
      resolveCrons(definitionsOf(Wrong));
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({
      code: 'CRON_INVALID',
      details: {
        faults: [
          `@Cron('order.often', …) on Wrong.often() has the expression "*/5 * * *" (time zone "UTC"): it needs five fields, or six with seconds in front.`,
          expect.stringContaining('on Wrong.nowhere() has the expression "0 3 * * *" (time zone "Europe/Nowhere"): Invalid time zone'),
          `@Cron('order.never', …) on Wrong.never() has the expression "0 0 30 2 *" (time zone "UTC"), which names no time that ever comes.`,
          `@Cron('no name!', …) on Wrong.unnamed() has the name "no name!", which is no durable name.`,
          `@Cron('order.never', …) on Wrong.again() has the name "order.never", which @Cron('order.never', …) on Wrong.never() has too.`,
          expect.stringContaining('on Wrong.again() has a deadline that is no duration'),
          expect.stringContaining(`on Wrong.lax() says missed: "all"; give 'once' or 'skip'`),
        ],
      },
    });
    expect((error as Error).message).toContain(`A right one is @Cron('order.expire-carts', '*/5 * * * *')`);
  });

  it('refuses static methods', () => {
    const decorate = (): unknown => {
      class Decorated {
        @Cron('order.static', '@hourly')
        static nothing(): void {}
      }
      return Decorated;
    };
    expect(decorate).toThrow(expect.objectContaining({ code: 'CRON_INVALID' }));
  });
});
