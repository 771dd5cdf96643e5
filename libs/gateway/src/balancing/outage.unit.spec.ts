import { Balanced } from './balancing-kit.js';
import { resolveBalancingOptions } from './balancing.options.js';
import { WindowedRetryBudget } from './windowed-retry-budget.js';

/** A service that is called again and again, as the gateway does: what fails is sent again, to another instance, while the budget allows it. */
class Traffic {
  readonly balanced = new Balanced({ ejection: { pause: '50ms' } });
  failed = 0;
  answered = 0;
  sentTo = new Map<string, number>();
  /** Instances that refuse connections. */
  crashed = new Set<string>();
  private readonly budget = new WindowedRetryBudget(resolveBalancingOptions().retries, this.balanced.clock);

  constructor(private readonly tries = 3) {}

  /** So many requests a second; each takes 20 ms where it works. */
  async run(seconds: number, perSecond = 200): Promise<void> {
    const pause = 1_000 / perSecond;
    for (let request = 0; request < seconds * perSecond; request++) {
      this.request();
      await this.balanced.clock.advance(pause);
    }
    await this.balanced.clock.advance(100);
  }

  private request(): void {
    const exclude = new Set<string>();
    this.budget.sent('order');
    for (let attempt = 1; ; attempt++) {
      const picked = this.balanced.pick({ exclude });
      if (picked.kind === 'refused') break;
      const { lease } = picked;
      const { instance } = lease.instance;
      this.sentTo.set(instance, (this.sentTo.get(instance) ?? 0) + 1);
      if (!this.crashed.has(instance)) {
        this.answered++;
        void this.balanced.clock.sleep(20).then(() => lease.done('answered'));
        return;
      }
      lease.done('failed');
      exclude.add(instance);
      if (attempt >= this.tries || !this.budget.take('order')) break;
    }
    this.failed++;
  }
}

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `order/${index + 1}`);

it.each([
  [2, 1],
  [3, 1],
  [5, 2],
  [10, 2],
])('of %i instances %i crash at once, and no request fails', async (count, crashing) => {
  const traffic = new Traffic();
  traffic.balanced.set(...names(count));
  await traffic.run(2);
  traffic.crashed = new Set(names(crashing));
  traffic.sentTo.clear();
  await traffic.run(4);
  expect(traffic.failed).toBe(0);
  for (const crashed of traffic.crashed) expect(traffic.sentTo.get(crashed)).toBeLessThanOrEqual(5);
});

it('without retries some would fail, so the outage is one', async () => {
  const traffic = new Traffic(1);
  traffic.balanced.set(...names(3));
  traffic.crashed = new Set(['order/1']);
  await traffic.run(2);
  expect(traffic.failed).toBe(5);
});

it('where all are away, little is sent, and when they are back it goes on within the longest time of the circuit', async () => {
  const traffic = new Traffic();
  traffic.balanced.set(...names(3));
  traffic.crashed = new Set(names(3));
  await traffic.run(60);
  const sent = [...traffic.sentTo.values()].reduce((sum, count) => sum + count, 0);
  expect(traffic.answered).toBe(0);
  expect(sent).toBeLessThan(60);
  traffic.crashed.clear();
  await traffic.run(32);
  traffic.failed = 0;
  await traffic.run(10);
  expect(traffic.failed).toBe(0);
  expect(traffic.balanced.ejected()).toEqual([]);
});

it('in a rolling restart no request fails, and who leaves gets nothing more', async () => {
  const traffic = new Traffic();
  traffic.balanced.set(...names(3));
  await traffic.run(1);
  for (const leaving of names(3)) {
    const others = names(3).filter((name) => name !== leaving);
    traffic.balanced.set(...others, `${leaving} draining`);
    traffic.sentTo.clear();
    await traffic.run(1);
    expect(traffic.sentTo.get(leaving)).toBeUndefined();
    traffic.crashed = new Set([leaving]);
    traffic.balanced.set(...others);
    await traffic.run(1);
    traffic.crashed.clear();
    traffic.balanced.set(...names(3));
    await traffic.run(1);
  }
  expect(traffic.failed).toBe(0);
});
