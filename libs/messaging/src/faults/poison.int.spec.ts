import { disturbedDrains } from './drain-faults.js';
import { NOTHING_WRONG, report } from './fault-report.js';
import { poisonKeys } from './poison-faults.js';

jest.setTimeout(400_000);

describe('keys that cannot be handled', () => {
  it('are parked, each for its reason, delay the others little, and drain in order after the cure', async () => {
    const found = await poisonKeys({ forMs: 1_000 });
    report('a poisonous key of each kind among 1,000', found);
    expect(found.causes).toEqual({
      'poison-throws': 'Error',
      'poison-kills': 'PROCESS_KILLER',
      'poison-json': 'MESSAGE_UNDECODABLE',
      'poison-newer': 'MESSAGE_TOO_NEW',
      'poison-unknown': 'COMMAND_NOT_HANDLED',
    });
    // The first time it is not suspected, then three tries.
    expect(found.deaths).toBeGreaterThanOrEqual(3);
    expect(found.parked).toBeGreaterThanOrEqual(5);
    expect(found.verdict).toMatchObject(NOTHING_WRONG);
  });

  it('drain in order while the process is killed, partitions move and messages come', async () => {
    const found = await disturbedDrains({ rounds: 3 });
    report('3 disturbed drains', found);
    expect(found).toMatchObject({ ...NOTHING_WRONG, parked: 0, during: { kill: 1, rebalance: 1, arrivals: 1 } });
  });
});
