import { Cron, type CronContext } from './cron.decorator.js';

describe('@Cron', () => {
  it('takes methods with a context, without parameters, asynchronous or not, and no others', () => {
    class Handlers {
      @Cron('a', '@hourly')
      whole(context: CronContext): Promise<void> {
        return Promise.resolve(void context);
      }

      @Cron('b', '@hourly')
      none(): void {}

      // @ts-expect-error the parameter is no CronContext
      @Cron('c', '@hourly')
      wrong(text: string): void {
        void text;
      }

      // @ts-expect-error there is no such option
      @Cron('d', '@hourly', { zone: 'UTC' })
      option(): void {}
    }
    expect(Handlers).toBeDefined();
  });
});
