import { Command, MessageRegistry, Rejection } from '@minos/common';
import { commandBinding } from '../handlers/bindings.js';
import { ANSWER_TO } from '../send/command-message.js';
import { TestingConsumer, type GivenMessage } from './testing-consumer.js';
import { FaultyBroker } from './faulty-broker.js';

@Command('stock.reserve', { owner: 'stock', key: 'sku' })
class ReserveStock extends Command<{ left: number }, 'stock.insufficient'> {
  constructor(
    readonly sku: string,
    readonly quantity: number,
  ) {
    super();
  }
}

const registry = new MessageRegistry();
registry.register(ReserveStock);

async function warehouse(options: { readonly broken?: () => boolean; readonly faults?: number } = {}) {
  const stock = new Map([['mug', 10]]);
  const reserve = async ({ sku, quantity }: ReserveStock): Promise<{ left: number }> => {
    if (options.broken?.()) throw new Error('the shelf is broken');
    const left = (stock.get(sku) ?? 0) - quantity;
    if (left < 0) throw new Rejection('stock.insufficient', `There are ${stock.get(sku) ?? 0} of ${sku}.`);
    stock.set(sku, left);
    return { left };
  };
  const kit = await TestingConsumer.open({
    consumer: 'stock.commands',
    channels: [{ name: 'stock.commands', kind: 'command' }],
    handlers: (outbox) => new Map([['stock.reserve', commandBinding(registry.get('stock.reserve'), outbox, reserve as never)]]),
    ...(options.faults !== undefined && { over: (broker) => new FaultyBroker(broker, { seed: options.faults ?? 0, drop: 0.5 }) }),
  });
  return { kit, stock };
}

const reservation = (quantity: number): GivenMessage => ({
  ...{ type: 'stock.reserve', key: 'mug', source: 'order', data: { sku: 'mug', quantity } },
  extensions: { [ANSWER_TO]: 'order.answers' },
});

describe('a warehouse', () => {
  // #region testing-consumer
  it('answers each reservation once', async () => {
    const { kit, stock } = await warehouse();
    await kit.given(reservation(4), reservation(20));
    await kit.settled();
    expect(stock.get('mug')).toBe(6);
    expect((await kit.sent()).map(({ body }) => JSON.parse(body))).toMatchObject([{ result: { left: 6 } }, { code: 'stock.insufficient' }]);
    await kit.close();
  });
  // #endregion

  it('answers a message once, however often it comes', async () => {
    const { kit } = await warehouse({ faults: 7 });
    const again = { ...reservation(1), id: '0191e1a2-7c3b-7d10-9f00-3a5b6c7d8e9f' };
    await kit.given(again, again, reservation(2), again);
    await kit.settled();
    expect(await kit.sent()).toHaveLength(2);
    expect(kit.status().counts).toMatchObject({ handled: 2, duplicates: 2 });
    await kit.close();
  });

  it('parks what it cannot handle, and handles it when it is asked to', async () => {
    let broken = true;
    const { kit, stock } = await warehouse({ broken: () => broken });
    await kit.given(reservation(1), reservation(2));
    await kit.settled();
    expect(await kit.parked.list()).toMatchObject([{ key: 'mug', messages: 2, cause: { message: 'the shelf is broken' } }]);
    broken = false;
    await kit.parked.retry({ consumer: 'stock.commands', channel: 'stock.commands', key: 'mug' }, { by: 'ann' });
    for (let steps = 0; steps < 100 && (await kit.parked.list()).length > 0; steps += 1) await kit.clock.advance(100);
    expect(await kit.parked.list()).toEqual([]);
    expect(stock.get('mug')).toBe(7);
    await kit.close();
  });

  it('refuses messages that no service could send', async () => {
    const { kit } = await warehouse();
    await expect(kit.given({ ...reservation(1), key: '' })).rejects.toMatchObject({ code: 'OUTBOX_MESSAGE_INVALID' });
    await kit.close();
  });
});
