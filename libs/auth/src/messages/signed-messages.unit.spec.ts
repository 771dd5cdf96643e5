import { randomBytes } from 'node:crypto';
import type { MessageProofs, MessageSeal, Principal, SealedMessage } from '@minos/common';
import { until } from '@minos/common/testing';
import { AuthClient } from '../client/auth-client.js';
import { TestIssuer } from '../testing/test-issuer.js';
import { leafOf, rootOf, treeOf } from './hash-tree.js';

const FIND = '/auth/message-keys/find';
const SECRET = 'the secret of every service of this test';
const ann: Principal = Object.freeze({
  subject: 'ann',
  roles: Object.freeze(['customer']),
  permissions: Object.freeze(['orders.refund']),
  tenant: '',
  actedAt: '2026-01-01T00:00:00.000Z',
  correlationId: 'c-1',
  issuer: 'gateway',
  audience: Object.freeze(['*']),
});
const messageOf = (id: string, more: Partial<SealedMessage> = {}): SealedMessage => ({
  messageId: id,
  producer: 'order',
  content: { texts: ['order.events', 'key'], body: Buffer.from(`{"id":"${id}"}`) },
  ...more,
});

describe('messages that are signed with a key of their producer', () => {
  let issuer: TestIssuer;
  let open: AuthClient[];
  beforeEach(async () => {
    open = [];
    issuer = await TestIssuer.start();
  });
  afterEach(async () => {
    for (const client of open) await client.close();
    await issuer.stop();
  });

  async function proofsOf(service: string): Promise<MessageProofs> {
    const client = new AuthClient({ url: issuer.url, service, secret: SECRET, messages: true });
    open.push(client);
    await client.open();
    if (client.messageProofs === undefined) throw new TypeError('They are on.');
    return client.messageProofs;
  }
  const refusal = async (proofs: MessageProofs, message: SealedMessage, seal: MessageSeal): Promise<unknown> =>
    Promise.resolve()
      .then(() => proofs.verifier.verifyMessage(message, seal))
      .then(
        () => 'believed',
        (error: unknown) => (error as { code?: unknown }).code,
      );

  it.each([1, 2, 3, 7, 256, 300])('are believed, all %i of a batch, and each is itself alone', async (count) => {
    const [order, stock] = [await proofsOf('order'), await proofsOf('stock')];
    const messages = Array.from({ length: count }, (_, at) => messageOf(`m-${at}`));
    const seals = await Promise.all(messages.map(async (message) => order.signer.seal(message, ann)));
    for (const [at, message] of messages.entries()) {
      const seal = seals[at] as MessageSeal;
      expect(await stock.verifier.verifyMessage(message, seal)).toEqual(ann);
      if (count > 1) expect(await refusal(stock, message, seals[(at + 1) % count] as MessageSeal)).toBe('PRINCIPAL_REFUSED');
    }
    expect(new Set(seals.map(({ mac }) => mac.split('.').at(-1))).size).toBe(Math.ceil(count / 256));
  });

  it('are signed with one claim set for all messages of a principal, which is verified once', async () => {
    const [order, stock] = [await proofsOf('order'), await proofsOf('stock')];
    const [first, second] = [await order.signer.seal(messageOf('a'), ann), await order.signer.seal(messageOf('b'), { ...ann })];
    expect(second.principal).toBe(first.principal);
    const principal = await stock.verifier.verifyMessage(messageOf('a'), first);
    expect(await stock.verifier.verifyMessage(messageOf('b'), second)).toBe(principal);
    expect(await stock.verifier.verifyClaims('order', first.principal)).toBe(principal);
    expect(Object.isFrozen(principal)).toBe(true);
    expect(issuer.requests.get(FIND)).toBe(1);
  });

  it('are refused with anything changed', async () => {
    const [order, stock, product] = [await proofsOf('order'), await proofsOf('stock'), await proofsOf('product')];
    const message = messageOf('m-1');
    const [seal, other] = await Promise.all([
      order.signer.seal(message, ann),
      order.signer.seal(messageOf('m-2'), { ...ann, roles: ['admin'] }),
    ]);
    const foreign = await product.signer.seal({ ...message, producer: 'product' }, ann);
    const [version = '', kid = '', index = '', path = '', signature = ''] = seal.mac.split('.');
    const unregistered = (kid.startsWith('A') ? 'B' : 'A') + kid.slice(1);
    const { content } = message;
    const cases: [string, SealedMessage, MessageSeal][] = [
      ['another id', { ...message, messageId: 'm-3' }, seal],
      ['another producer', { ...message, producer: 'product' }, seal],
      ['another body', { ...message, content: { texts: content?.texts ?? [], body: Buffer.from('{}') } }, seal],
      ['another text', { ...message, content: { texts: ['order.events', 'other'], body: content?.body ?? Buffer.alloc(0) } }, seal],
      ['texts cut elsewhere', { ...message, content: { texts: ['order.event', 'skey'], body: content?.body ?? Buffer.alloc(0) } }, seal],
      ['no content', { messageId: 'm-1', producer: 'order' }, seal],
      ['the claims of another message', message, { ...seal, principal: other.principal }],
      ['the seal of another message', message, { ...seal, mac: other.mac }],
      ['the seal of another service', message, foreign],
      ['the claims of another service', message, { ...seal, principal: foreign.principal }],
      ['other claims under the signature', message, { ...seal, principal: seal.principal.replace('customer', 'admin') }],
      ['a message of the old form', message, { ...seal, mac: seal.mac.replace('v2', 'v1') }],
      ['another place', message, { ...seal, mac: [version, kid, '1', path, signature].join('.') }],
      ['a place that is none', message, { ...seal, mac: [version, kid, '2', path, signature].join('.') }],
      ['a place written otherwise', message, { ...seal, mac: [version, kid, '00', path, signature].join('.') }],
      ['a shorter way', message, { ...seal, mac: [version, kid, index, '', signature].join('.') }],
      ['a longer way', message, { ...seal, mac: [version, kid, index, path + path, signature].join('.') }],
      ['stray bits', message, { ...seal, mac: seal.mac.slice(0, -1) + String.fromCharCode(seal.mac.charCodeAt(seal.mac.length - 1) + 1) }],
      ['a key that nobody registered', message, { ...seal, mac: [version, unregistered, index, path, signature].join('.') }],
      ['a key that is an address', message, { ...seal, mac: [version, '../service-keys', index, path, signature].join('.') }],
      ['nothing', message, { principal: '', mac: '' }],
      ['claims without end', message, { ...seal, principal: `${seal.principal}${' '.repeat(20_000)}` }],
    ];
    for (const [what, changed, given] of cases) expect([what, await refusal(stock, changed, given)]).toEqual([what, 'PRINCIPAL_REFUSED']);
    expect(await refusal(stock, message, seal)).toBe('believed');
  });

  it('are for whom they say', async () => {
    const [order, stock] = [await proofsOf('order'), await proofsOf('stock')];
    const message = messageOf('m-1');
    expect(await refusal(stock, message, await order.signer.seal(message, { ...ann, audience: ['payment'] }))).toBe('PRINCIPAL_REFUSED');
    expect(await refusal(stock, message, await order.signer.seal(message, { ...ann, audience: ['stock'] }))).toBe('believed');
  });

  it('wait, and are not refused, while the auth service is away', async () => {
    const stock = await proofsOf('stock');
    const seal = await (await proofsOf('order')).signer.seal(messageOf('m-1'), ann);
    issuer.away('refused');
    expect(await refusal(stock, messageOf('m-1'), seal)).toBe('MESSAGE_KEY_UNAVAILABLE');
    const late = await proofsOf('product');
    const message = messageOf('m-2', { producer: 'product' });
    await expect(Promise.resolve(late.signer.seal(message, ann))).rejects.toMatchObject({
      code: 'MESSAGE_KEY_UNAVAILABLE',
      retryable: true,
    });
    issuer.away('none');
    expect(await refusal(stock, messageOf('m-1'), seal)).toBe('believed');
    const sealed = await until(
      async () => Promise.resolve(late.signer.seal(message, ann)).catch(() => undefined),
      'the key to be registered',
    );
    expect(await refusal(stock, message, sealed)).toBe('believed');
  });

  it('are believed in a flood of messages with made-up keys, and lead to few requests', async () => {
    const stock = await proofsOf('stock');
    const genuine = await (await proofsOf('product')).signer.seal(messageOf('m-1', { producer: 'product' }), ann);
    const forged: Promise<unknown>[] = [];
    const begun = performance.now();
    const flood = setInterval(() => {
      for (let at = 0; at < 20; at++) {
        const kid = randomBytes(32).toString('base64url');
        forged.push(refusal(stock, messageOf('x'), { ...genuine, mac: genuine.mac.replace(/^v2\.[^.]+/, `v2.${kid}`) }));
      }
    }, 2);
    await until(() => forged.length > 500, 'the flood');
    const message = messageOf('m-2');
    const seal = await (await proofsOf('order')).signer.seal(message, ann);
    expect(await refusal(stock, message, seal)).toBe('believed');
    await until(() => performance.now() - begun > 1_000 && (issuer.requests.get(FIND) ?? 0) > 2, 'more of it');
    clearInterval(flood);
    expect(new Set(await Promise.all(forged))).toEqual(new Set(['PRINCIPAL_REFUSED']));
    expect(issuer.requests.get(FIND)).toBeLessThanOrEqual((performance.now() - begun) / 200 + 2);
  });

  it('need a secret', () => {
    expect(() => new AuthClient({ url: issuer.url, service: 'order', messages: true })).toThrow(
      expect.objectContaining({ code: 'OPTIONS_INVALID' }),
    );
  });
});

describe('a tree of hashes', () => {
  it.each([1, 2, 3, 5, 8, 9])('of %i leaves leads from each of them to its root, and from nothing else', (count) => {
    const leaves = Array.from({ length: count }, (_, at) => leafOf(String(at), Buffer.alloc(0)));
    const { root, proofs } = treeOf(leaves);
    for (const [at, leaf] of leaves.entries()) {
      const proof = proofs[at] ?? { index: -1, beside: [] };
      expect(rootOf(leaf, proof)).toEqual(root);
      expect(rootOf(leafOf('other', Buffer.alloc(0)), proof)).not.toEqual(root);
      if (count > 1) expect(rootOf(leaf, { ...proof, index: proof.index ^ 1 })).not.toEqual(root);
    }
    expect(rootOf(leaves[0] ?? root, { index: 16, beside: proofs[0]?.beside ?? [] })).toBeUndefined();
  });
});
