import { setImmediate as turn } from 'node:timers/promises';
import { writeClaims, type MessageSigner } from '@minos/common';
import { VirtualClock } from '@minos/common/testing';
import { event, type EventInit } from '../consumer/consumer-kit.js';
import type { Broker, BrokerMessage, StoredMessage } from '../contracts/broker.js';
import { MemoryBroker } from '../memory/broker/memory-broker.js';
import { MemoryLog } from '../memory/broker/memory-log.js';
import { sealingBroker } from './sealing-broker.js';
import { ann, signerOf, stockTrust, verifierOf } from './trust-kit.js';

const EVENTS = 'orders.events';

/** A broker and what is published through the given signer. */
async function open(
  signer: MessageSigner = signerOf('orders'),
): Promise<{ broker: Broker; plain: MemoryBroker; stored: () => Promise<StoredMessage[]> }> {
  const plain = new MemoryBroker({ log: new MemoryLog(new VirtualClock()) });
  await plain.ensureChannels([EVENTS, 'stock.commands'].map((name) => ({ name, partitions: 1 })));
  const stored = async (): Promise<StoredMessage[]> => {
    const found: StoredMessage[] = [];
    for (const channel of [EVENTS, 'stock.commands']) {
      const follower = await plain.follow({
        partition: { channel, partition: 0 },
        from: 'beginning',
        messages: async (messages) => void found.push(...messages),
      });
      for (let n = 0; n < 20; n += 1) await turn();
      await follower.close();
    }
    return found;
  };
  return { broker: sealingBroker(plain, { signer, service: 'orders' }), plain, stored };
}

const withClaims = (init: EventInit, claims: string): BrokerMessage => {
  const message = event(init);
  return { ...message, headers: { ...message.headers, ce_claims: claims } };
};

describe('a sealing broker', () => {
  it('seals with the claims of the unit, which leave no other trace, for the readers of the channel', async () => {
    const { broker, stored } = await open();
    const claims = writeClaims(ann());
    await broker.publish([withClaims({}, claims), withClaims({ channel: 'stock.commands' }, claims)]);
    const [first, second] = await stored();
    if (first === undefined || second === undefined) throw new Error('both are published');
    expect(Object.keys(first.headers)).toContain('ce_seal');
    expect(Object.keys(first.headers)).not.toContain('ce_claims');
    expect(stockTrust().check(first)).toEqual(ann({ audience: ['*'] }));
    expect(stockTrust().check(second)).toEqual(ann({ audience: ['stock'] }));
    const { ce_principal: principal = '' } = second.headers;
    expect(() => verifierOf('product').verifyClaims('orders', principal)).toThrow('meant for "stock"');
  });

  it('seals what nobody acted for as an act of the service', async () => {
    const { broker, stored } = await open();
    await broker.publish([event({ id: '1' }), event({ id: '2' })]);
    const principals = (await stored()).map((message) => stockTrust().check(message));
    expect(principals[0]).toMatchObject({ subject: 'service:orders', roles: ['service'], issuer: 'orders' });
    expect(principals[1]).toEqual(principals[0]);
  });

  it('publishes nothing where it cannot sign, and what it is given again later', async () => {
    const keyed = signerOf('orders');
    let away: 'throws' | 'rejects' | undefined = 'throws';
    const signer: MessageSigner = {
      seal: (message, principal) => {
        if (away === undefined || message.messageId !== '2') return keyed.seal(message, principal);
        if (away === 'throws') throw new Error('the key store is away');
        return Promise.reject(new Error('the key store is away'));
      },
    };
    const { broker, stored } = await open(signer);
    const messages = [event({ id: '1' }), event({ id: '2' })];
    const unavailable = {
      code: 'BROKER_UNAVAILABLE',
      retryable: true,
      cause: expect.objectContaining({ message: 'the key store is away' }) as unknown,
    };
    await expect(broker.publish(messages)).rejects.toMatchObject(unavailable);
    away = 'rejects';
    await expect(broker.publish(messages)).rejects.toMatchObject(unavailable);
    expect(await stored()).toEqual([]);
    away = undefined;
    await broker.publish(messages);
    expect(await stored()).toHaveLength(2);
  });

  it('refuses by itself what it may not seal, and publishes the rest', async () => {
    const { broker, stored } = await open();
    const foreign = event({});
    const messages = [
      event({ id: '1' }),
      { ...foreign, headers: { ...foreign.headers, ce_source: 'product' } },
      withClaims({}, '{"subject":"ann","roles":["admin"]}'),
      withClaims({}, 'ann'),
      { ...foreign, headers: { ce_source: 'orders' } },
      event({ id: '2' }),
    ];
    const outcomes = await broker.publish(messages);
    expect(outcomes.map((outcome) => ('refused' in outcome ? outcome.refused.message : 'stored'))).toEqual([
      'stored',
      expect.stringContaining('its source is "product"'),
      expect.stringContaining('tenant is no text'),
      expect.stringContaining('not JSON'),
      expect.stringContaining('it has no id'),
      expect.stringContaining('an earlier message of its key'),
    ]);
    expect((await stored()).map(({ headers }) => headers['ce_id'])).toEqual(['1']);
    expect(await broker.publish([foreign].map((one) => ({ ...one, headers: {} })))).toHaveLength(1);
  });

  it('keeps the order of calls, also where the first takes longer to sign', async () => {
    const keyed = signerOf('orders');
    let sign = (): void => undefined;
    const slow = new Promise<void>((resolve) => (sign = resolve));
    const signer: MessageSigner = {
      seal: (message, principal) => {
        const seal = keyed.seal(message, principal);
        return message.messageId === '1' ? slow.then(() => seal) : seal;
      },
    };
    const { broker, stored } = await open(signer);
    const published = [event({ id: '1' }), event({ id: '2' }), event({ id: '3' })].map((message) => broker.publish([message]));
    for (let n = 0; n < 10; n += 1) await turn();
    expect(await stored()).toEqual([]);
    sign();
    await Promise.all(published);
    await broker.publish([event({ id: '4' })]);
    expect((await stored()).map(({ headers }) => headers['ce_id'])).toEqual(['1', '2', '3', '4']);
  });

  it('passes everything else on', async () => {
    const { broker, plain } = await open();
    await broker.ensureChannels([{ name: 'more', partitions: 2 }]);
    expect(await broker.describe('more')).toEqual(await plain.describe('more'));
    expect(await broker.lag('nobody', ['more'])).toEqual(await plain.lag('nobody', ['more']));
    await broker.close();
    await expect(plain.describe('more')).rejects.toMatchObject({ code: 'BROKER_CLOSED' });
  });
});
