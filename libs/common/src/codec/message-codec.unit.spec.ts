import * as fc from 'fast-check';
import { z } from 'zod';
import type { PersonalDataCipher } from '../contracts/personal-data-cipher.js';
import { isMinosError } from '../errors/minos-error.js';
import { Event } from '../messages/event.js';
import { messageMetadataOf } from '../messages/message-metadata.js';
import { Personal } from '../messages/personal.decorator.js';
import { decodeMessage, encodeMessage } from './message-codec.js';

@Event('order.placed')
class OrderPlaced {
  constructor(
    readonly orderId: string,
    readonly lines: readonly { sku: string; quantity: unknown }[],
    readonly note?: unknown,
  ) {
    if (orderId === '') throw new Error('the constructor ran');
  }

  get size(): number {
    return this.lines.length;
  }
}

class Money {
  constructor(readonly amount: number) {}
}

function refusal(work: () => unknown): Readonly<Record<string, unknown>> {
  try {
    work();
  } catch (error) {
    if (isMinosError(error, 'PAYLOAD_REFUSED')) return { ...error.details, text: error.message };
    throw error;
  }
  throw new Error('nothing was refused');
}

const refusalOf = (note: unknown): Readonly<Record<string, unknown>> => refusal(() => encodeMessage(new OrderPlaced('1', [], note)));

describe('encodeMessage', () => {
  it('gives own data properties, without those that are undefined', () => {
    expect(encodeMessage(new OrderPlaced('1', [{ sku: 'a', quantity: 2 }]))).toEqual({ orderId: '1', lines: [{ sku: 'a', quantity: 2 }] });
    expect(Object.keys(encodeMessage(new OrderPlaced('1', [])))).toEqual(['orderId', 'lines']);
  });

  it('takes a copy that later changes of the message do not reach', () => {
    const lines = [{ sku: 'a', quantity: 2 }];
    const data = encodeMessage(new OrderPlaced('1', lines));
    lines.push({ sku: 'b', quantity: 1 });
    expect(data).toEqual({ orderId: '1', lines: [{ sku: 'a', quantity: 2 }] });
  });

  it.each([
    ['a Date', new Date(), 'payload.not-json', 'instance of Date'],
    ['a bigint', 1n, 'payload.not-json', 'bigint'],
    ['a Map', new Map(), 'payload.not-json', 'instance of Map'],
    ['a Set', new Set(), 'payload.not-json', 'instance of Set'],
    ['a class instance', new Money(1), 'payload.not-json', 'instance of Money'],
    ['a function', () => 1, 'payload.not-json', 'function'],
    ['a symbol', Symbol('x'), 'payload.not-json', 'symbol'],
    ['NaN', NaN, 'payload.not-finite', 'NaN'],
    ['infinity', -Infinity, 'payload.not-finite', '-Infinity'],
    ['an unsafe integer', 2 ** 53, 'payload.unsafe-integer', '2^53'],
    ['a NUL', 'a\0b', 'payload.nul', 'NUL'],
    ['a lone surrogate', 'a\ud800', 'payload.surrogate', 'surrogate'],
  ])('refuses %s and says where', (_what, value, reason, text) => {
    const found = refusalOf([{ deep: [1, value] }]);
    expect(found).toMatchObject({ reason, path: 'note[0].deep[1]', message: 'order.placed' });
    expect(found['text']).toContain(text);
    expect(found['text']).toContain('"note[0].deep[1]" in the payload of "order.placed"');
  });

  it('names the first wrong line of many', () => {
    const lines = [
      { sku: 'a', quantity: 1 },
      { sku: 'b', quantity: NaN },
      { sku: 'c', quantity: NaN },
    ];
    expect(refusal(() => encodeMessage(new OrderPlaced('1', lines)))).toMatchObject({ path: 'lines[1].quantity' });
  });

  it('refuses undefined in arrays, holes among them', () => {
    expect(refusalOf([undefined])).toMatchObject({ path: 'note[0]', reason: 'payload.not-json' });
    expect(refusalOf(new Array(3))).toMatchObject({ path: 'note[0]' });
  });

  it('refuses keys that pollute prototypes, and bad text in keys', () => {
    expect(refusalOf(JSON.parse('{"__proto__":{}}'))).toMatchObject({ path: 'note.__proto__', reason: 'payload.prototype-key' });
    expect(refusalOf({ constructor: { prototype: {} } })).toMatchObject({ path: 'note.constructor', reason: 'payload.prototype-key' });
    expect(refusalOf({ 'a\0': 1 })).toMatchObject({ path: 'note["a\\u0000"]', reason: 'payload.nul' });
  });

  it('lets the harmless word constructor pass', () => {
    expect(encodeMessage(new OrderPlaced('1', [], { constructor: 'Brown & Sons' }))).toHaveProperty('note.constructor', 'Brown & Sons');
  });

  it('refuses cycles and depth, without overflowing the stack', () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    expect(refusalOf(cycle)).toMatchObject({ reason: 'payload.depth' });
    let deep: unknown = [];
    for (let level = 0; level < 50_000; level++) deep = [deep];
    expect(refusalOf(deep)).toMatchObject({ reason: 'payload.depth' });
  });

  it('allows exactly the limit of depth', () => {
    const nest = (levels: number): unknown => (levels === 0 ? 1 : [nest(levels - 1)]);
    expect(() => encodeMessage(new OrderPlaced('1', [], nest(63)))).not.toThrow();
    expect(refusalOf(nest(64))).toMatchObject({ reason: 'payload.depth' });
  });

  it('counts the bytes of the JSON text exactly', () => {
    const limits = { bytes: 100, depth: 8 };
    const sizes = (note: string): number => Buffer.byteLength(JSON.stringify({ orderId: '1', lines: [], note }));
    for (const unit of ['x', 'ü', '\u0001', '😀']) {
      let note = '';
      while (sizes(note + unit) <= 100) note += unit;
      expect(() => encodeMessage(new OrderPlaced('1', [], note), undefined, { limits })).not.toThrow();
      const found = refusal(() => encodeMessage(new OrderPlaced('1', [], note + unit), undefined, { limits }));
      expect(found).toMatchObject({ reason: 'payload.size', path: '' });
    }
  });

  it('takes plain objects of another realm and without prototype', () => {
    const bare = Object.assign(Object.create(null) as object, { a: 1 });
    expect(encodeMessage(new OrderPlaced('1', [], [structuredClone({ a: 1 }), bare]))).toHaveProperty('note', [{ a: 1 }, { a: 1 }]);
  });
});

describe('decodeMessage', () => {
  it('makes a message of the class without running its constructor', () => {
    const event = decodeMessage(OrderPlaced, { orderId: '', lines: [{ sku: 'a', quantity: 1 }] });
    expect(event).toBeInstanceOf(OrderPlaced);
    expect(event.size).toBe(1);
    expect(Object.keys(event)).toEqual(['orderId', 'lines']);
  });

  it('runs no setter and changes no prototype', () => {
    class Trap {
      set armed(_value: unknown) {
        throw new Error('a setter ran');
      }
    }
    const trap = decodeMessage(Trap, JSON.parse('{"armed":1,"__proto__":{"polluted":true}}') as never);
    expect(trap).toBeInstanceOf(Trap);
    expect((trap as { polluted?: boolean }).polluted).toBeUndefined();
    expect(Object.keys(trap)).toContain('armed');
  });

  it('brings back whatever JSON can hold', () => {
    const beyond = /e\+?\d\d|(?<![.\d])\d{16}|__proto__/i;
    const json = fc.jsonValue({ maxDepth: 4 }).filter((value) => !beyond.test(JSON.stringify(value)));
    fc.assert(
      fc.property(json, (note) => {
        const expected = JSON.parse(JSON.stringify(note)) as unknown;
        const event = new OrderPlaced('1', [], note);
        const wire = JSON.parse(JSON.stringify(encodeMessage(event))) as never;
        expect(decodeMessage(OrderPlaced, wire).note).toEqual(expected);
      }),
    );
  });
});

describe('a schema', () => {
  const wire = z.object({
    at: z.iso.datetime().transform((text) => new Date(text)),
    cents: z.string().transform((text) => BigInt(text)),
    tags: z.array(z.string()).transform((tags) => new Set(tags)),
    names: z.array(z.tuple([z.string(), z.number()])).transform((entries) => new Map(entries)),
    price: z.object({ amount: z.number() }).transform(({ amount }) => new Money(amount)),
  });

  @Event('payment.held', { schema: wire })
  class PaymentHeld {
    constructor(
      readonly at: Date,
      readonly cents: bigint,
      readonly tags: Set<string>,
      readonly names: Map<string, number>,
      readonly price: Money,
    ) {}
  }

  const held = new PaymentHeld(new Date('2026-01-02T03:04:05.678Z'), 2n ** 64n, new Set(['a']), new Map([['b', 1]]), new Money(5));

  it('writes ISO-8601, decimal strings, lists and properties', () => {
    expect(encodeMessage(held)).toEqual({
      at: '2026-01-02T03:04:05.678Z',
      cents: '18446744073709551616',
      tags: ['a'],
      names: [['b', 1]],
      price: { amount: 5 },
    });
  });

  it('reads them back', () => {
    expect(decodeMessage(PaymentHeld, JSON.parse(JSON.stringify(encodeMessage(held))) as never)).toEqual(held);
  });

  it('refuses what it could not read back, with every issue', () => {
    const wrong = new PaymentHeld(held.at, held.cents, held.tags, held.names, { amount: 'five' } as never);
    const found = refusal(() => encodeMessage(wrong));
    expect(found).toMatchObject({ reason: 'payload.schema', path: 'price.amount', issues: [{ path: 'price.amount' }] });
    expect(refusal(() => decodeMessage(PaymentHeld, {}))).toMatchObject({ reason: 'payload.schema', path: 'at' });
  });

  it('refuses an invalid Date, and a schema that answers later', () => {
    expect(refusal(() => encodeMessage({ ...held, at: new Date(NaN) }, messageMetadataOf(PaymentHeld)))).toMatchObject({ path: 'at' });

    @Event('late', { schema: z.object({}).refine(async () => Promise.resolve(true)) })
    class Late {}
    expect(refusal(() => encodeMessage(new Late()))).toMatchObject({ reason: 'payload.schema' });
  });

  it('does not loop on a toJSON that answers with instances', () => {
    class Endless {
      toJSON(): Endless {
        return new Endless();
      }
    }
    @Event('endless', { schema: z.looseObject({}) })
    class Holder {
      readonly endless = new Endless();
    }
    expect(encodeMessage(new Holder())).toEqual({ endless: {} });
  });
});

describe('personal data', () => {
  @Event('customer.registered')
  class CustomerRegistered {
    @Personal({ subject: 'customerId' }) readonly email: string;
    readonly customerId: string;

    constructor(customerId: string, email: string) {
      this.customerId = customerId;
      this.email = email;
    }
  }

  const cipher: PersonalDataCipher = {
    seal: (value, field) => `${field.subject}/${field.message}/${field.property}:${JSON.stringify(value)}`,
    open: (value) => JSON.parse((value as string).split(':')[1] ?? '') as never,
  };

  it('stays as it is without a cipher', () => {
    expect(encodeMessage(new CustomerRegistered('7', 'a@b'))).toEqual({ customerId: '7', email: 'a@b' });
  });

  it('goes through the cipher both ways, with the id of its person', () => {
    const data = encodeMessage(new CustomerRegistered('7', 'a@b'), undefined, { cipher });
    expect(data).toEqual({ customerId: '7', email: '7/customer.registered/email:"a@b"' });
    expect(decodeMessage(CustomerRegistered, data, { cipher })).toEqual(new CustomerRegistered('7', 'a@b'));
  });
});
