import type { MessageContext } from '../contracts/message-handler.js';
import { MemoryBroker } from '../memory/broker/memory-broker.js';
import { CHANNEL, effect, openWorld, type ConsumerWorld } from './consumer-kit.js';

/** The handler of a process that dies when it meets the data 'killer': it is cut off from the broker, and its handlers never end. */
function mortal(world: ConsumerWorld, seen: string[] = []) {
  const broker = new MemoryBroker({ log: world.log });
  let dead = false;
  const handle = async ({ data }: { data: unknown }, { unit, stored }: MessageContext): Promise<void> => {
    if (dead) return new Promise(() => undefined);
    seen.push(String(data));
    if (data === 'killer') {
      dead = true;
      broker.disconnect();
      return new Promise(() => undefined);
    }
    unit.enlist(effect(`${stored.key}:${String(data)}`));
    await world.clock.sleep(10);
  };
  return { broker, handle, isDead: () => dead };
}

describe('messages that end the process', () => {
  let world: ConsumerWorld;
  beforeEach(async () => void (world = await openWorld()));
  afterEach(() => world.close());

  const partition = { channel: CHANNEL, partition: 0 };
  const moved = (to: bigint): Promise<void> =>
    world.until(async () => (await world.inbox.position('stock', partition))?.next === to, `the position ${to}`, 600_000);

  it('are found out among those in hand, tried alone three times, and parked', async () => {
    const kinds = Array.from({ length: 20 }, (_, n) => ({ key: `k${n}`, data: n === 11 ? 'killer' : n }));
    await world.publish(...kinds);
    let deaths = 0;
    for (let process = 0; process < 4; process += 1) {
      const { broker, handle, isDead } = mortal(world);
      world.consumer({ 'order.placed': handle }, {}, broker);
      await world.until(isDead, `death ${process}`, 600_000);
      deaths += 1;
    }
    world.consumer({ 'order.placed': mortal(world).handle });
    await moved(20n);
    expect(deaths).toBe(4);
    expect(world.effects).toHaveLength(19);
    expect(await world.parkedKeys.list()).toMatchObject([{ key: 'k11', messages: 1, cause: { code: 'PROCESS_KILLER' } }]);
    await world.publish({ key: 'k1', data: 'later' });
    await moved(21n);
    expect(await world.suspects.inHand('stock', partition)).toBeGreaterThanOrEqual(21n);
  });

  it('are tried one at a time, with the few behind them that were recorded ahead, and no others', async () => {
    await world.publish({ key: 'a', data: 'killer' }, { key: 'b', data: 1 }, { key: 'c', data: 2 });
    const first = mortal(world);
    world.consumer({ 'order.placed': first.handle }, {}, first.broker);
    await world.until(first.isDead, 'a death', 600_000);
    await world.publish(...Array.from({ length: 30 }, (_, n) => ({ key: `later-${n}`, data: n })));
    let open = 0;
    const most: number[] = [];
    const handle = async ({ data }: { data: unknown }): Promise<void> => {
      open += 1;
      most.push(open);
      await world.clock.sleep(50);
      open -= 1;
      if (data === 'killer') return;
    };
    world.consumer({ 'order.placed': handle });
    await moved(33n);
    const alone = most.indexOf(2) - 1;
    expect(alone).toBeGreaterThanOrEqual(3);
    expect(alone).toBeLessThanOrEqual(3 + 16);
    expect(most.slice(0, alone).every((count) => count === 1)).toBe(true);
    expect(Math.max(...most)).toBe(33 - alone);
  });

  it('are counted again when an operator retries them', async () => {
    await world.publish({ key: 'a', data: 'killer' });
    for (let process = 0; process < 4; process += 1) {
      const { broker, handle, isDead } = mortal(world);
      world.consumer({ 'order.placed': handle }, {}, broker);
      await world.until(isDead, `death ${process}`, 600_000);
    }
    const ref = { consumer: 'stock', channel: CHANNEL, key: 'a' };
    const parker = mortal(world);
    world.consumer({ 'order.placed': parker.handle }, {}, parker.broker);
    await moved(1n);
    await world.parkedKeys.retry(ref, { by: 'ann' });
    await world.until(parker.isDead, 'a death in the drain', 600_000);
    for (let process = 0; process < 2; process += 1) {
      const { broker, handle, isDead } = mortal(world);
      world.consumer({ 'order.placed': handle }, {}, broker);
      await world.until(isDead, `death ${process} in the drain`, 600_000);
    }
    world.consumer({ 'order.placed': mortal(world).handle });
    await world.until(async () => (await world.parkedKeys.history(ref))[0]?.ended?.outcome === 'failed', 'the end of the retry', 600_000);
    expect(await world.parkedKeys.list()).toMatchObject([{ key: 'a', cause: { code: 'PROCESS_KILLER' } }]);
  });

  it('are not suspected by the process that had them in hand when its session was over, and lives', async () => {
    const broker = new MemoryBroker({ log: world.log });
    let slow = true;
    let open = 0;
    let most = 0;
    const handle = async ({ data }: { data: unknown }, { unit, stored }: MessageContext): Promise<void> => {
      open += 1;
      most = Math.max(most, open);
      await world.clock.sleep(slow ? 60_000 : 1_000);
      open -= 1;
      unit.enlist(effect(`${stored.key}:${String(data)}`));
    };
    const options = { session: '1s', revokeGrace: '100ms', deadline: '5m' } as const;
    const consumer = world.consumer({ 'order.placed': handle }, options, broker);
    await world.publish(...Array.from({ length: 20 }, (_, n) => ({ key: `k${n}`, data: n })));
    await world.until(() => open === 20, 'all to be in hand');
    broker.disconnect();
    await world.clock.advance(5_000);
    slow = false;
    broker.reconnect();
    await world.until(() => consumer.status().counts.handled > 0, 'the first to be handled again');
    await world.clock.advance(2_000);
    expect(world.effects).toHaveLength(20);
    // Those of before end much later, without a result.
    expect(most).toBe(40);
    await world.clock.advance(60_000);
    expect(world.effects).toHaveLength(20);
    await broker.close();
  });
});
