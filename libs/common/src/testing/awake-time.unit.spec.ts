import { AwakeTime } from './awake-time.js';

const standStill = (milliseconds: number): unknown => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

describe('the time in which a process ran', () => {
  it('leaves out what it stood still, and tells the longest of that', () => {
    const time = new AwakeTime();
    const begun = performance.now();
    standStill(300);
    standStill(100);
    expect(time.longestStandstill).toBeGreaterThanOrEqual(399);
    expect(performance.now() - begun - time.now).toBeGreaterThan(300);
    time.end();
  });
});
