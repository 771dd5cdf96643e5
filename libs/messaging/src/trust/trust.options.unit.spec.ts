import { isMinosError } from '@minos/common';
import { parseSigningKeys } from './parse-signing-keys.js';
import { resolveTrustOptions, type TrustOptions } from './trust.options.js';

const SECRET = 'a secret of 32 characters, or so.';

function faultsOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (isMinosError(error, 'OPTIONS_INVALID')) return error.message;
    throw error;
  }
  return '';
}

describe('options of trust', () => {
  it('may be left out: then nothing is signed, and owners are those of channels', () => {
    expect(resolveTrustOptions()).toEqual({ keys: undefined, owners: new Map() });
  });

  it('take keys as text or bytes', () => {
    const { keys } = resolveTrustOptions({
      keys: { orders: [{ id: 'a', secret: SECRET }], stock: [{ id: 'b', secret: Buffer.from(SECRET) }] },
    });
    expect(keys?.signing('orders')?.id).toBe('a');
    expect(keys?.verifying('stock', 'b')?.secret.symmetricKeySize).toBe(Buffer.byteLength(SECRET));
    expect(keys?.verifying('stock', 'a')).toBeUndefined();
    expect(keys?.signing('constructor')).toBeUndefined();
  });

  it('report all faults at once, and show no secret', () => {
    const keys = {
      orders: [
        { id: 'a', secret: 'tooshort' },
        { id: 'a', secret: SECRET },
      ],
      stock: [],
      product: [{ id: 'a.b', secret: 7 }],
    };
    const faults = faultsOf(() => resolveTrustOptions({ keys, owners: { 'order.placed': '' } } as unknown as TrustOptions));
    expect(faults).toContain('keys.orders[0]: its secret has 8 bytes; give at least 32');
    expect(faults).toContain('keys.orders[1]: its id is that of another key');
    expect(faults).toContain('keys.stock: give a list');
    expect(faults).toContain('keys.product[0]: its id is not 1 to 64 letters');
    expect(faults).toContain('keys.product[0]: its secret is neither text nor bytes');
    expect(faults).toContain('owners.order.placed: give the name of a service');
    expect(faults).not.toContain('tooshort');
    expect(faultsOf(() => resolveTrustOptions({ keys: 'tooshort' } as unknown as TrustOptions))).not.toContain('tooshort');
    expect(faultsOf(() => resolveTrustOptions({ key: {} } as unknown as TrustOptions))).toContain('did you mean "keys"?');
  });
});

describe('keys in one line', () => {
  const base64 = Buffer.from(SECRET).toString('base64');

  it('are those of several services, the first of each in front', () => {
    const keys = parseSigningKeys(`orders:new:${base64}, orders:old:${base64},stock:s1:${Buffer.from(SECRET).toString('base64url')}`);
    expect(Object.keys(keys)).toEqual(['orders', 'stock']);
    expect(keys['orders']?.map(({ id }) => id)).toEqual(['new', 'old']);
    const { keys: resolved } = resolveTrustOptions({ keys });
    expect(resolved?.signing('orders')?.secret.symmetricKeySize).toBe(Buffer.byteLength(SECRET));
  });

  it.each(['', 'orders', 'orders:a', `orders:a:${base64}:more`, `:a:${base64}`, 'orders:a:not base64!'])('are refused as %p', (text) => {
    const faults = faultsOf(() => parseSigningKeys(`stock:s1:${base64},${text}`));
    expect(faults).toContain('entry 2: is not service:id:secret');
    expect(faults).not.toContain('not base64!');
  });
});
