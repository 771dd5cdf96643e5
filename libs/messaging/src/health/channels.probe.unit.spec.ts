import { VirtualClock } from '@minos/common/testing';
import { BrokerUnavailableError, ChannelPartitionsChangedError } from '../errors/broker.errors.js';
import { ChannelKeeper } from '../module/channel-keeper.js';
import { MemoryBroker } from '../memory/broker/memory-broker.js';
import { ChannelsProbe } from './channels.probe.js';

describe('ChannelsProbe', () => {
  it('is red where the broker refuses the channels long after the start, and not while it is away', async () => {
    const clock = new VirtualClock();
    const answers: unknown[] = [
      new BrokerUnavailableError('away'),
      new BrokerUnavailableError('away'),
      new ChannelPartitionsChangedError('order.events', 12, 4),
    ];
    const prepare = async (): Promise<void> => {
      throw answers.length > 1 ? answers.shift() : answers[0];
    };
    const keeper = new ChannelKeeper({ broker: new MemoryBroker({ clock }), prepare }, () => [], clock);
    const probe = new ChannelsProbe(keeper);
    const started = keeper.start().catch((error: unknown) => error);
    await clock.advance(0);
    expect(probe.check()).toEqual({ status: 'up' });
    await clock.advance(10_000);
    await started;
    expect(probe.check()).toMatchObject({ status: 'down', details: { code: 'CHANNEL_PARTITIONS_CHANGED' } });
    await keeper.close();
  });
});
