import { until } from '@minos/common/testing';
import { Shop } from './shop.mjs';

/** A process of a service, which ends when the test lets it. */
class FakeProcess {
  readonly service = { name: 'order' };
  readonly label = 'order';
  readonly exited = new Promise(() => undefined);
  starts = 0;
  stops = 0;
  end: () => void = () => undefined;
  private readonly ended = new Promise<void>((resolve) => (this.end = resolve));

  start(): Promise<number> {
    this.starts += 1;
    return Promise.resolve(1);
  }

  stop(): Promise<void> {
    this.stops += 1;
    return this.ended;
  }

  quieten(): void {
    // It says nothing.
  }
}

describe('a shop whose services start again', () => {
  const lines: string[] = [];
  let order: FakeProcess;
  let shop: Shop;

  beforeEach(() => {
    lines.length = 0;
    order = new FakeProcess();
    const postgres = { url: '', stop: () => Promise.resolve() };
    shop = new Shop([[order]], postgres, { show: (line: string) => void lines.push(line), onEnded: () => undefined, auth: false });
  });

  it('starts one again once it has ended', async () => {
    const restarted = shop.restart(order);
    await until(() => order.stops === 1, 'the service to be told to end');
    expect(order.starts).toBe(0);
    order.end();
    await restarted;
    expect([order.starts, lines]).toEqual([1, [expect.stringMatching(/^order +restarted/)]]);
  });

  it('starts none any more when everything was stopped meanwhile', async () => {
    const restarted = shop.restart(order);
    await until(() => order.stops === 1, 'the service to be told to end');
    const stopped = shop.stop();
    order.end();
    await Promise.all([restarted, stopped]);
    expect([order.starts, lines]).toEqual([0, []]);
  });
});
