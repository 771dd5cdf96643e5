import { StoreTime } from './store-time.js';

describe('StoreTime', () => {
  let ours: number;
  let time: StoreTime;
  beforeEach(() => {
    ours = 10_000;
    time = new StoreTime({ now: () => ours });
  });

  it('is our own before the store has said anything, then the store’s', () => {
    expect(time.now).toBe(10_000);
    time.tell(4_000.2);
    expect(time.now).toBe(4_001);
    ours += 500;
    expect(time.now).toBe(4_501);
  });

  it('does not go back because an answer came late', () => {
    time.tell(20_000);
    const before = time.now;
    // The answer was 300 ms under way.
    ours += 310;
    time.tell(20_010);
    expect(time.now).toBeGreaterThanOrEqual(before + 309);
    ours += 10;
    time.tell(20_400);
    expect(time.now).toBe(20_400);
  });

  it('follows a slower clock step by step, and one that was set at once', () => {
    time.tell(20_000);
    for (let n = 1; n <= 50; n += 1) {
      ours += 1_000;
      time.tell(20_000 + n * 999.5);
    }
    expect(Math.abs(time.now - (20_000 + 50 * 999.5))).toBeLessThan(2);
    time.tell(5_000);
    expect(time.now).toBe(5_000);
  });
});
