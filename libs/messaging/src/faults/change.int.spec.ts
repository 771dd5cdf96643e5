import { producerEvolves, restoredDatabase, thriceAndShuffled } from './change-faults.js';
import { blockedLoop, orderlyEnds } from './end-faults.js';
import { NOTHING_WRONG, report } from './fault-report.js';

jest.setTimeout(400_000);

describe('a system under load', () => {
  it('does not mind an event of a new type and a new field', async () => {
    const { before, after, ignored, parked } = await producerEvolves({ forMs: 2_000 });
    report('a producer that evolves', { before, after, ignored, parked });
    expect(parked).toBe(0);
    expect(ignored).toBeGreaterThan(10);
    expect(after.lostKeys.filter((key) => !key.startsWith('new-'))).toEqual([]);
    expect(after).toMatchObject({ ...NOTHING_WRONG, lost: after.lost });
    expect(ignored).toBeGreaterThanOrEqual(after.lost);
  });

  it('does once what comes three times, shuffled across keys', async () => {
    const verdict = await thriceAndShuffled({ forMs: 2_000 });
    report('each message three times', verdict);
    expect(verdict).toMatchObject(NOTHING_WRONG);
    expect(verdict.duplicates).toBeGreaterThanOrEqual(verdict.sent * 2);
  });

  it('control: without an inbox it does it three times', async () => {
    const verdict = await thriceAndShuffled({ forMs: 2_000, noInbox: true });
    report('each message three times without an inbox', verdict);
    expect(verdict.doubled).toBe(verdict.sent);
  });

  it('catches up when the database of the consumer is set back', async () => {
    const verdict = await restoredDatabase({ agoMs: 2_000 });
    report('a database restored to 2 s ago', verdict);
    expect(verdict).toMatchObject(NOTHING_WRONG);
    expect(verdict.undone).toBeGreaterThan(20);
  });

  it('ends in order on SIGTERM, with exit code 0, and loses nothing', async () => {
    const verdict = await orderlyEnds({ ends: 4 });
    report('4 times SIGTERM', verdict);
    expect(verdict).toMatchObject({ ...NOTHING_WRONG, ends: 4, codes: [] });
    expect(verdict.busy).toBeGreaterThan(0);
    expect(verdict.slowestEndMs).toBeLessThan(10_000);
  });

  it('is seen to stand by others when its loop is blocked', async () => {
    const { silentMs, ageSeconds } = await blockedLoop({ forMs: 3_000 });
    report('a blocked loop', { silentMs, ageSeconds });
    expect(silentMs).toBeGreaterThan(2_000);
    expect(ageSeconds).toBeGreaterThan(1);
  });
});
