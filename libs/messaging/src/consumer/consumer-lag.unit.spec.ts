import { MemoryBroker } from '../memory/broker/memory-broker.js';
import { CHANNEL, openWorld } from './consumer-kit.js';

describe('the lag of a consumer', () => {
  it('is 0 when all is handled, also where the broker did not hear so from the owner before', async () => {
    const world = await openWorld();
    const away = new MemoryBroker({ log: world.log });
    const handle = (): Promise<void> => world.clock.sleep(5_000);
    world.consumer({ 'order.placed': handle }, { session: '2s' }, away);
    await world.publish({ key: 'a', data: 1 }, { key: 'b', data: 2 });
    await world.clock.advance(1_000);
    away.disconnect();
    const lag = async (): Promise<bigint[]> => (await world.broker.lag('stock', [CHANNEL])).map((one) => one.lag);
    const position = async () => (await world.inbox.position('stock', { channel: CHANNEL, partition: 0 }))?.next;
    await world.until(async () => (await position()) === 2n, 'the handlers to end');
    expect(await lag()).toEqual([2n]);
    world.consumer({ 'order.placed': handle });
    await world.until(async () => (await lag())[0] === 0n, 'the lag to be 0');
    away.reconnect();
    await world.close();
    await away.close();
  });
});
