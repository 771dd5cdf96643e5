import assert from 'node:assert/strict';
import type { Clock } from '../contracts/clock.js';
import { globalRunner, type ContractRunner } from './contract-runner.js';

/** What a clock is made of for {@link clockContract}. */
export interface ClockUnderTest {
  readonly clock: Clock;
  /** Lets this much of the clock's time pass. */
  pass(milliseconds: number): Promise<void>;
}

/** What every {@link Clock} keeps. */
export function clockContract(name: string, create: () => ClockUnderTest, runner: ContractRunner = globalRunner()): void {
  const { describe, it } = runner;
  describe(`${name} as a clock`, () => {
    it('goes on, by the same amount on both scales', async () => {
      const { clock, pass } = create();
      const [wall, monotonic] = [clock.now(), clock.monotonic()];
      await pass(30);
      assert.ok(clock.now() - wall >= 25);
      assert.ok(clock.monotonic() - monotonic >= 25);
    });

    it('wakes a sleeper not before its time', async () => {
      const { clock, pass } = create();
      const start = clock.monotonic();
      const woken = clock.sleep(20).then(() => clock.monotonic() - start);
      await pass(60);
      assert.ok((await woken) >= 19);
    });

    it('wakes sleepers in the order in which they are due', async () => {
      const { clock, pass } = create();
      const order: number[] = [];
      const sleeps = [40, 5, 20].map((span) => clock.sleep(span).then(() => order.push(span)));
      await pass(80);
      await Promise.all(sleeps);
      assert.deepEqual(order, [5, 20, 40]);
    });

    it('ends a sleep at once when its signal aborts, with the reason', async () => {
      const { clock } = create();
      const controller = new AbortController();
      const reason = new Error('closing');
      const slept = clock.sleep(3_600_000, controller.signal);
      controller.abort(reason);
      await assert.rejects(slept, (error) => error === reason);
    });

    it('does not begin a sleep whose signal has aborted', async () => {
      const reason = new Error('closed');
      await assert.rejects(create().clock.sleep(1, AbortSignal.abort(reason)), (error) => error === reason);
    });

    it('leaves no listener on the signal of a sleep that is over', async () => {
      const { clock, pass } = create();
      const signal = new AbortController().signal;
      const listeners = new Set<unknown>();
      signal.addEventListener = (_type: string, listener: unknown) => void listeners.add(listener);
      signal.removeEventListener = (_type: string, listener: unknown) => void listeners.delete(listener);
      const slept = clock.sleep(5, signal);
      await pass(30);
      await slept;
      assert.equal(listeners.size, 0);
    });
  });
}
