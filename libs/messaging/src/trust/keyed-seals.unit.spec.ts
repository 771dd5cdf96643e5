import { writeClaims, isMinosError, type MessageSeal, type Principal, type SealedMessage } from '@minos/common';
import { KeyedMessageSigner } from './keyed-message-signer.js';
import { KeyedMessageVerifier } from './keyed-message-verifier.js';
import { claimsMac, sealMac } from './mac.js';
import type { SigningKeys } from './signing-keys.js';
import { DevelopmentSigningKeys } from './signing-keys.js';
import { resolveTrustOptions, type SigningKeysOptions } from './trust.options.js';
import { ann, KEYS, signerOf, TESTING_KEYS, verifierOf } from './trust-kit.js';

const MESSAGE: SealedMessage = { messageId: 'm-1', producer: 'orders', content: { texts: ['what', 'it says'], body: Buffer.from('{}') } };
const ANY = ann({ audience: ['*'] });

function keysOf(options: SigningKeysOptions): SigningKeys {
  const { keys } = resolveTrustOptions({ keys: options });
  if (keys === undefined) throw new TypeError('There are keys.');
  return keys;
}

/** Why it is refused; `undefined` where it is not. */
function refusalOf(message: SealedMessage, seal: MessageSeal, verifier = verifierOf('stock')): string | undefined {
  try {
    verifier.verifyMessage(message, seal);
    return undefined;
  } catch (error) {
    if (isMinosError(error, 'PRINCIPAL_REFUSED')) return error.message;
    throw error;
  }
}

/** A seal that only a holder of the keys of "orders" can make, over whatever claims. */
function sealOver(claims: string, message = MESSAGE): MessageSeal {
  const key = TESTING_KEYS?.signing('orders');
  if (key === undefined) throw new TypeError('There is a key.');
  const principal = `v1.o1.${claimsMac(key, 'orders', claims).toString('base64url')}.${claims}`;
  return { principal, mac: `v1.o1.${sealMac(key, message, principal).toString('base64url')}` };
}

describe('a seal', () => {
  it('gives the principal back, frozen, and the same object for the same claim set', () => {
    const verifier = verifierOf('stock');
    const signer = signerOf('orders');
    const second = { ...MESSAGE, messageId: 'm-2' };
    const principal = verifier.verifyMessage(MESSAGE, signer.seal(MESSAGE, ANY));
    expect(principal).toEqual(ANY);
    expect([Object.isFrozen(principal), Object.isFrozen(principal.roles)]).toEqual([true, true]);
    expect(verifier.verifyMessage(second, signer.seal(second, { ...ANY }))).toBe(principal);
  });

  it('has the same claim set for all messages of one principal, and another MAC for each', () => {
    const signer = signerOf('orders');
    const first = signer.seal(MESSAGE, ANY);
    const second = signer.seal({ ...MESSAGE, messageId: 'm-2' }, { ...ANY });
    expect(second.principal).toBe(first.principal);
    expect(second.mac).not.toBe(first.mac);
  });

  const changed: [string, Partial<SealedMessage>][] = [
    ['another id', { messageId: 'm-2' }],
    ['another producer', { producer: 'product' }],
    ['other headers', { content: { texts: ['what', 'it does not say'], body: Buffer.from('{}') } }],
    ['another body', { content: { texts: ['what', 'it says'], body: Buffer.from('[]') } }],
    ['a body that begins with what were headers', { content: { texts: ['what'], body: Buffer.from('\0it says{}') } }],
    ['texts that are divided otherwise', { content: { texts: ['what\0it says'], body: Buffer.from('{}') } }],
    ['no content', { content: undefined }],
  ];
  it.each(changed)('is refused on a message with %s', (_, more) => {
    const seal = signerOf('orders').seal(MESSAGE, ANY);
    expect(refusalOf(MESSAGE, seal)).toBeUndefined();
    expect(refusalOf({ ...MESSAGE, ...more }, seal)).toBeDefined();
  });

  it('is refused with the claim set of another seal', () => {
    const signer = signerOf('orders');
    const { mac } = signer.seal(MESSAGE, ANY);
    const other = signer.seal(MESSAGE, ann({ audience: ['*'], roles: ['admin'] }));
    expect(refusalOf(MESSAGE, { principal: other.principal, mac })).toContain('does not belong to this message');
  });

  it('of one service is refused as that of another, also where this service has the keys of both', () => {
    const seal = signerOf('product').seal({ ...MESSAGE, producer: 'product' }, ANY);
    expect(refusalOf(MESSAGE, seal)).toContain('no key "p1"');
    expect(refusalOf(MESSAGE, { ...seal, mac: seal.mac.replace('p1', 'o1') })).toContain('another key');
    expect(() => signerOf('product').seal(MESSAGE, ANY)).toThrow(expect.objectContaining({ code: 'SIGNING_KEY_MISSING' }));
  });

  it('of a service without keys is refused, whatever it is called', () => {
    for (const producer of ['nobody', '__proto__', 'constructor', 'toString', '']) {
      expect(refusalOf({ ...MESSAGE, producer }, signerOf('orders').seal(MESSAGE, ANY))).toContain('no key "o1"');
    }
  });

  it('is refused in any other form', () => {
    const { principal, mac } = signerOf('orders').seal(MESSAGE, ANY);
    const macs = [
      '',
      'x',
      mac.replace('v1', 'v2'),
      mac.replace('v1', 'none'),
      `${mac}=`,
      ` ${mac}`,
      `${mac}\n`,
      mac.replace('o1', 'O1'),
      mac.slice(0, -1),
    ];
    for (const other of macs) expect(refusalOf(MESSAGE, { principal, mac: other })).toBeDefined();
    expect(refusalOf(MESSAGE, { principal: 'v'.repeat(1_000_000), mac })).toContain('too long');
  });

  it('made for claims is none for messages, and the other way round', () => {
    const { principal, mac } = signerOf('orders').seal(MESSAGE, ANY);
    const [version, id, signature] = principal.split('.');
    expect(refusalOf(MESSAGE, { principal, mac: `${version}.${id}.${signature}` })).toBeDefined();
    expect(() => verifierOf('stock').verifyClaims('orders', `${mac}.${writeClaims(ANY)}`)).toThrow('not signed by it');
  });
});

describe('a claim set that a service has signed', () => {
  const claims: [string, string][] = [
    ['has a claim that nobody knows', JSON.stringify({ ...ANY, crit: ['exp'] })],
    ['lacks a claim', JSON.stringify({ ...ANY, roles: undefined })],
    ['has roles that are no texts', JSON.stringify({ ...ANY, roles: [{ admin: true }] })],
    ['has an empty subject', JSON.stringify({ ...ANY, subject: '' })],
    ['would change prototypes', JSON.stringify(ANY).replace('{', '{"__proto__":{"admin":true},')],
    ['is nested deep', JSON.stringify(ANY).replace('"ann"', `${'['.repeat(5_000)}${']'.repeat(5_000)}`)],
    ['is no JSON', '{subject}'],
    ['is cut off', '{"subject":"ann"'],
  ];
  it.each(claims)('is refused where it %s', (_, text) => {
    expect(refusalOf(MESSAGE, sealOver(text))).toMatch(/claims cannot be read|claim set/);
  });

  it('is refused by a service that it is not meant for', () => {
    const seal = signerOf('orders').seal(MESSAGE, ann({ audience: ['payment'] }));
    expect(refusalOf(MESSAGE, seal)).toContain('meant for "payment"');
    expect(refusalOf(MESSAGE, seal, verifierOf('payment'))).toBeUndefined();
  });

  it('is not taken from the cache for another producer', () => {
    const verifier = verifierOf('stock');
    const { principal } = signerOf('orders').seal(MESSAGE, ANY);
    expect(verifier.verifyClaims('orders', principal).subject).toBe('ann');
    expect(() => verifier.verifyClaims('product', principal)).toThrow(expect.objectContaining({ code: 'PRINCIPAL_REFUSED' }));
  });

  it('leaves out what the principal object has besides', () => {
    const principal: Principal & { password: string } = { ...ANY, password: 'secret' };
    expect(signerOf('orders').seal(MESSAGE, principal).principal).not.toContain('secret');
  });
});

describe('keys', () => {
  const old = { id: 'old', secret: 'the old secret, which is long enough too' };
  const fresh = { id: 'new', secret: 'the new secret, which is long enough too' };

  it('rotate: the first signs, all of them verify, and one that is gone verifies no more', () => {
    const before = new KeyedMessageSigner({ service: 'orders', keys: keysOf({ orders: [old, fresh] }) }).seal(MESSAGE, ANY);
    const after = new KeyedMessageSigner({ service: 'orders', keys: keysOf({ orders: [fresh, old] }) }).seal(MESSAGE, ANY);
    expect([before.mac.split('.')[1], after.mac.split('.')[1]]).toEqual(['old', 'new']);
    const both = new KeyedMessageVerifier({ service: 'stock', keys: keysOf({ orders: [fresh, old] }) });
    expect([refusalOf(MESSAGE, before, both), refusalOf(MESSAGE, after, both)]).toEqual([undefined, undefined]);
    const last = new KeyedMessageVerifier({ service: 'stock', keys: keysOf({ orders: [fresh] }) });
    expect(refusalOf(MESSAGE, before, last)).toContain('no key "old"');
  });

  it('are demanded where something shall be signed', () => {
    expect(() => new KeyedMessageSigner({ service: 'payment', keys: keysOf(KEYS) })).toThrow('no key is configured');
  });

  it('of development are known to everybody who uses them, and to nobody else', () => {
    const signer = new KeyedMessageSigner({ service: 'orders', keys: new DevelopmentSigningKeys() });
    const seal = signer.seal(MESSAGE, ANY);
    const verifier = new KeyedMessageVerifier({ service: 'stock', keys: new DevelopmentSigningKeys() });
    expect(refusalOf(MESSAGE, seal, verifier)).toBeUndefined();
    expect(refusalOf({ ...MESSAGE, producer: 'product' }, seal, verifier)).toContain('another key');
    expect(refusalOf(MESSAGE, seal)).toContain('no key "development"');
  });
});

it('what is remembered is bounded, and what is used stays', () => {
  const keys = keysOf(KEYS);
  const signer = new KeyedMessageSigner({ service: 'orders', keys, cacheSize: 10 });
  const verifier = new KeyedMessageVerifier({ service: 'stock', keys, cacheSize: 10 });
  const kept = verifier.verifyMessage(MESSAGE, signer.seal(MESSAGE, ANY));
  for (let n = 0; n < 100; n += 1) {
    const seal = signer.seal(MESSAGE, ann({ audience: ['*'], correlationId: `c-${n}` }));
    verifier.verifyMessage(MESSAGE, seal);
    if (n % 5 === 0) expect(verifier.verifyMessage(MESSAGE, signer.seal(MESSAGE, ANY))).toBe(kept);
  }
  const sizes = [signer, verifier].map((one) => cached(one));
  for (const size of sizes) expect(size).toBeLessThanOrEqual(20);
});

function cached(one: object): number {
  const { young, old } = Object.values(one).find((value: unknown): value is { young: Map<string, unknown>; old: Map<string, unknown> } => {
    return typeof value === 'object' && value !== null && 'young' in value;
  }) ?? { young: new Map(), old: new Map() };
  return young.size + old.size;
}
