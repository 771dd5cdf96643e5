import { VirtualClock } from '@minos/common/testing';
import type { BrokerContext } from '../broker-context.js';
import type { HeldPartition } from './held-partition.js';
import { ToldPositions } from './told-positions.js';

describe('positions that are told', () => {
  it('are told again where the server could not take them, the newest of each partition', async () => {
    const clock = new VirtualClock();
    const sent: unknown[] = [];
    let away = true;
    const call = async (_what: string, _statement: unknown, values: readonly unknown[]): Promise<void> => {
      if (away) throw new Error('away');
      sent.push(values.at(-1));
    };
    const context = { clock, gateway: { call }, settings: { tellMs: 100 } } as unknown as BrokerContext;
    const told = new ToldPositions(context, 'g');
    const held = (partition: number): HeldPartition =>
      ({ channelId: 1, epoch: 1n, partition: { channel: 'c', partition } }) as unknown as HeldPartition;
    const [one, other] = [held(0), held(1)];
    told.tell(one, 3n);
    told.tell(other, 5n);
    await clock.advance(150);
    told.tell(one, 4n);
    away = false;
    await clock.advance(500);
    expect(sent).toEqual(['{4,5}']);
    told.stop();
  });
});
