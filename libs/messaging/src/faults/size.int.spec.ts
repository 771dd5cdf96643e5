import { NOTHING_WRONG, report } from './fault-report.js';
import { steadyLoad } from './size-faults.js';

jest.setTimeout(400_000);

describe('what a steady load leaves behind', () => {
  it('does not grow from round to round', async () => {
    const { sizes, brokerAfterDrop, verdict } = await steadyLoad({ perSecond: 100, forMs: 1_500, rounds: 3, marksAgeMs: 1_000 });
    report('3 rounds of 1.5 s at 100/s', { sizes, brokerAfterDrop, verdict });
    expect(verdict).toMatchObject(NOTHING_WRONG);
    expect(brokerAfterDrop).toBeLessThan(sizes[0]?.brokerLog ?? 0);
  });
});
