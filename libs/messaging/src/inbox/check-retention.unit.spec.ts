import { VirtualClock } from '@minos/common/testing';
import { MemoryBroker } from '../memory/broker/memory-broker.js';
import { MemoryLog } from '../memory/broker/memory-log.js';
import { checkRetention, endlessChannels } from './check-retention.js';

const DAY = 86_400_000;

describe('checkRetention', () => {
  it('refuses an inbox that forgets before a channel does, with both values and the fix', async () => {
    const broker = new MemoryBroker({ log: new MemoryLog(new VirtualClock()) });
    await broker.ensureChannels([
      { name: 'short', retentionMs: DAY },
      { name: 'week', retentionMs: 7 * DAY },
      { name: 'odd', retentionMs: 7 * DAY + 1 },
      { name: 'endless', retentionMs: 'forever' },
    ]);
    expect(await checkRetention(broker, ['short', 'week', 'endless'], 7 * DAY)).toEqual([]);
    const errors = await checkRetention(broker, ['odd', 'week', 'odd', 'short', 'endless'], 36 * 3_600_000);
    expect(errors.map(({ code, channel }) => [code, channel])).toEqual([
      ['INBOX_RETENTION_TOO_SHORT', 'odd'],
      ['INBOX_RETENTION_TOO_SHORT', 'week'],
    ]);
    expect(errors[1]?.message).toContain('"week" keeps messages for 7d, but the inbox keeps marks for 36h');
    expect(errors[0]?.message).toContain('Raise the retention of the inbox above 604800001ms');
    expect(await endlessChannels(broker, ['short', 'endless', 'endless'])).toEqual(new Set(['endless']));
    await expect(checkRetention(broker, ['none'], DAY)).rejects.toMatchObject({ code: 'CHANNEL_UNKNOWN' });
    await broker.close();
  });
});
