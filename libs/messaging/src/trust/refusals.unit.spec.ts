import { CHANNEL, effect, event, openWorld, type ConsumerWorld } from '../consumer/consumer-kit.js';
import type { BrokerMessage } from '../contracts/broker.js';
import type { MessageHandler } from '../contracts/message-handler.js';
import type { MessageTrust } from '../contracts/message-trust.js';
import { hostileMessages, withHeaders } from './hostile-kit.js';
import { sealedBy, stockTrust, unsignedTrust } from './trust-kit.js';

const BY = { by: 'ann' };
const COMMANDS = 'stock.commands';
const genuine = (id: string, init: Parameters<typeof event>[0] = {}): BrokerMessage => sealedBy('orders', event({ id, ...init }));
const withTypes = { channels: [{ name: CHANNEL }, { name: COMMANDS, kind: 'command' }] } as const;

let world: ConsumerWorld;
beforeEach(async () => {
  world = await openWorld();
  await world.broker.ensureChannels([{ name: COMMANDS, partitions: 1 }]);
  world.trust = stockTrust();
});
afterEach(() => world.close());

const note: MessageHandler<never>['handle'] = (_, { envelope, stored, principal, unit }) => {
  unit.enlist(effect(`${envelope.id} ${stored.key} ${principal?.subject}`));
};

async function refusedKeys(): Promise<{ key: string; code: string | undefined }[]> {
  const keys = await world.parkedKeys.list();
  return keys.map(({ key, cause }) => ({ key, code: cause?.code }));
}

describe('a consumer that trusts nobody', () => {
  it('handles what is sealed, with its principal', async () => {
    world.consumer({ 'order.placed': note });
    await world.broker.publish([genuine('1')]);
    await world.until(() => world.effects.length === 1);
    expect(world.effects).toEqual(['1 a service:orders']);
  });

  it('parks what is forged apart; the genuine messages of the same key go on', async () => {
    const consumer = world.consumer({ 'order.placed': note });
    const forged = withHeaders(event({ id: '2' }), { ce_source: 'product' });
    await world.broker.publish([genuine('1'), event({ id: 'unsigned' }), forged, genuine('3')]);
    await world.until(() => world.effects.length === 2 && consumer.status().counts.refused === 2);
    expect(world.effects).toEqual(['1 a service:orders', '3 a service:orders']);
    expect(await refusedKeys()).toEqual([
      { key: 'refused/0/1/a', code: 'PRINCIPAL_REFUSED' },
      { key: 'refused/0/2/a', code: 'PRODUCER_NOT_OWNER' },
    ]);
    const [parked] = (await world.parkedKeys.inspect({ consumer: 'stock', channel: CHANNEL, key: 'refused/0/2/a' })).messages;
    expect(parked?.stored).toMatchObject({ offset: 2n, headers: forged.headers, body: forged.body });
    expect(consumer.status().counts).toMatchObject({ handled: 2, parked: 2, refused: 2 });
  });

  it('checks what comes for a parked key before it stands behind it', async () => {
    let broken = true;
    const consumer = world.consumer(
      {
        'order.placed': (message, context) => {
          if (broken) throw new Error('broken');
          return note(message, context);
        },
      },
      { retry: { attempts: 1 } },
    );
    await world.broker.publish([genuine('1'), event({ id: 'unsigned' }), genuine('2')]);
    await world.until(() => consumer.status().counts.parked === 3);
    expect((await refusedKeys()).map(({ key }) => key).sort()).toEqual(['a', 'refused/0/1/a']);
    broken = false;
    await world.parkedKeys.retry({ key: 'a' }, BY);
    await world.until(() => world.effects.length === 2);
    expect(world.effects).toEqual(['1 a service:orders', '2 a service:orders']);
  });

  it('keeps the principal of a parked message that an operator edits', async () => {
    const seen: unknown[] = [];
    world.consumer(
      {
        'order.placed': (message, context) => {
          const { data } = context.envelope;
          if (data === null) throw new Error('broken');
          seen.push(data);
          return note(message, context);
        },
      },
      { retry: { attempts: 1 } },
    );
    await world.broker.publish([genuine('1')]);
    await world.until(async () => (await refusedKeys()).length === 1);
    const [parked] = (await world.parkedKeys.inspect({ consumer: 'stock', channel: CHANNEL, key: 'a' })).messages;
    if (parked === undefined) throw new Error('it is parked');
    await world.parkedKeys.editAndRetry(parked, { body: '"mended"' }, BY);
    await world.until(() => world.effects.length === 1);
    expect([seen, world.effects]).toEqual([['mended'], ['1 a service:orders']]);
  });

  it('handles a refused message under its own key once its keys are known, and only then', async () => {
    let trust: MessageTrust = {
      check: (message) => stockTrust().check(withoutSeal(message)),
      recall: (message) => stockTrust().recall(message),
    };
    world.trust = { check: (message) => trust.check(message), recall: (message) => trust.recall(message) };
    world.consumer({ 'order.placed': note });
    await world.broker.publish([genuine('1')]);
    await world.until(async () => (await refusedKeys()).length === 1);
    await world.parkedKeys.retry({ cause: 'PRINCIPAL_REFUSED' }, BY);
    const attempts = async (): Promise<number | undefined> => (await world.parkedKeys.list())[0]?.attempts;
    await world.until(async () => (await attempts()) === 2);
    trust = stockTrust();
    await world.parkedKeys.retry({ cause: 'PRINCIPAL_REFUSED' }, BY);
    await world.until(() => world.effects.length === 1);
    expect(world.effects).toEqual(['1 a service:orders']);
    expect(await refusedKeys()).toEqual([]);
  });

  it('does not take a genuine message for handled because a forged one with its id was discarded', async () => {
    const id = '0190a3c2-7b1e-7000-8000-000000000007';
    world.consumer({ 'order.placed': note });
    await world.broker.publish([event({ id })]);
    await world.until(async () => (await refusedKeys()).length === 1);
    await world.parkedKeys.discard({ consumer: 'stock', channel: CHANNEL, key: 'refused/0/0/a' }, BY);
    await world.until(async () => (await refusedKeys()).length === 0);
    await world.broker.publish([genuine(id)]);
    await world.until(() => world.effects.length === 1);
  });

  it('waits where it cannot be told, and refuses nothing', async () => {
    let away = 4;
    const trust = stockTrust();
    world.trust = {
      check: (message) => {
        away -= 1;
        if (away > 2) throw new Error('the keys are away');
        return away > 0 ? Promise.reject(new Error('the keys are away')) : Promise.resolve(trust.check(message));
      },
      recall: (message) => trust.recall(message),
    };
    const consumer = world.consumer({ 'order.placed': note });
    await world.broker.publish([genuine('1'), genuine('2')]);
    await world.until(() => consumer.status().partitions[0]?.trouble !== undefined);
    await world.until(() => world.effects.length === 2);
    expect(world.effects).toEqual(['1 a service:orders', '2 a service:orders']);
    expect(consumer.status().counts).toMatchObject({ refused: 0, parked: 0 });
  });

  it('goes on with genuine messages where nothing more may be parked', async () => {
    const consumer = world.consumer({ 'order.placed': note }, { parking: { perConsumer: 1 } });
    await world.broker.publish([event({}), event({}), event({}), genuine('1'), genuine('2')]);
    await world.until(() => world.effects.length === 2);
    expect(consumer.status().partitions[0]?.halted?.message).toContain('1 messages of the consumer are parked');
  });

  it('answers nobody whose message is refused, and retries none by itself', async () => {
    const answered: string[] = [];
    const answer = ({ code }: { code: string }): void => void answered.push(code);
    const consumer = world.consumer({ 'order.placed': note }, { parking: { answer, retryAfter: '1s' } });
    await world.broker.publish([event({}), genuine('1')]);
    await world.until(() => consumer.status().counts.refused === 1);
    await world.clock.advance(10_000);
    expect(answered).toEqual([]);
    expect((await world.parkedKeys.list())[0]?.attempts).toBe(1);
  });

  it('takes commands of any service that it knows, with the answer going home', async () => {
    const consumer = world.consumer({ 'stock.reserve': note }, withTypes);
    const command = (id: string, answerto: string): BrokerMessage =>
      sealedBy('orders', withHeaders(event({ id, channel: COMMANDS, type: 'stock.reserve' }), { ce_answerto: answerto }));
    await world.broker.publish([
      command('1', 'orders.answers'),
      command('2', 'product.commands'),
      event({ id: '3', channel: COMMANDS, type: 'stock.reserve' }),
    ]);
    await world.until(() => consumer.status().counts.refused === 2);
    expect(world.effects).toEqual(['1 a service:orders']);
  });
});

describe('hostile messages', () => {
  const modes = [
    ['events', CHANNEL],
    ['commands', COMMANDS],
  ] as const;
  it.each(modes)('among %s are refused or passed over: nothing runs, nothing breaks, all others flow', async (_, channel) => {
    const consumer = world.consumer({ 'order.placed': note, constructor: note }, withTypes);
    const hostile = hostileMessages(channel);
    for (const [index, { message }] of hostile.entries()) {
      await world.broker.publish([message, genuine(`g${index}`, { channel })]);
    }
    await world.until(() => world.effects.length === hostile.length);
    await world.until(() => consumer.status().partitions.every(({ inHand }) => inHand === 0));
    expect(world.effects).toEqual(hostile.map((_one, index) => `g${index} a service:orders`));
    const { refused, ignored, handled, parked } = consumer.status().counts;
    expect({ handled, both: refused + ignored }).toEqual({ handled: hostile.length, both: hostile.length });
    expect(parked).toBe(refused);
    expect((await refusedKeys()).every(({ key, code = '' }) => key.startsWith('refused/') && /REFUSED|OWNER|UNSOUND/.test(code))).toBe(
      true,
    );
    expect(consumer.status().partitions.map(({ trouble, halted }) => [trouble, halted])).not.toContainEqual(
      expect.arrayContaining([expect.anything()]),
    );
  });

  it('break nothing where messages are not signed either', async () => {
    world.trust = unsignedTrust();
    const consumer = world.consumer({ 'order.placed': note }, { ...withTypes, retry: { attempts: 1 } });
    for (const { message } of hostileMessages(CHANNEL, 'evil')) await world.broker.publish([message]);
    await world.publish({ id: 'plain', key: 'b' });
    await world.until(() => world.effects.some((one) => one.startsWith('plain')));
    await world.until(() => consumer.status().partitions.every(({ inHand }) => inHand === 0));
    const codes = new Set((await refusedKeys()).map(({ code }) => code));
    expect([...codes].sort()).toEqual(['MESSAGE_UNDECODABLE', 'MESSAGE_UNSOUND', 'PRODUCER_NOT_OWNER']);
  });
});

it('without keys the owner is checked all the same, and no claim set counts', async () => {
  world.trust = unsignedTrust();
  const consumer = world.consumer({ 'order.placed': note });
  const claiming = withHeaders(event({ id: '1' }), { ce_claims: '{"subject":"admin"}', ce_principal: 'admin' });
  await world.broker.publish([claiming, genuine('2'), withHeaders(event({ id: '3' }), { ce_source: 'product' })]);
  await world.until(() => consumer.status().counts.refused === 1);
  expect(world.effects).toEqual(['1 a undefined', '2 a undefined']);
  expect(await refusedKeys()).toEqual([{ key: 'refused/0/2/a', code: 'PRODUCER_NOT_OWNER' }]);
});

function withoutSeal<M extends BrokerMessage>(message: M): M {
  return { ...message, headers: Object.fromEntries(Object.entries(message.headers).filter(([name]) => name !== 'ce_seal')) };
}
