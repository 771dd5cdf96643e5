import type { Principal } from '../contracts/principal.js';
import { checkedClaims, readClaims, writeClaims } from './claims.js';

const ann = (more: Partial<Principal> = {}): Principal => ({
  subject: 'ann',
  roles: ['customer'],
  tenant: '',
  actedAt: '2026-01-01T00:00:00.000Z',
  correlationId: 'c-1',
  issuer: 'gateway',
  audience: ['orders'],
  ...more,
});

describe('permissions in a claim set', () => {
  it('travel', () => {
    const text = writeClaims(ann({ permissions: ['orders.refund'] }));
    expect(readClaims(text, { exact: true })).toEqual(ann({ permissions: ['orders.refund'] }));
    expect(checkedClaims(ann({ permissions: ['orders.refund'] }))).toEqual({ text });
  });

  it('leave the text as it was where there are none, so that earlier releases read it', () => {
    const before =
      '{"subject":"ann","roles":["customer"],"tenant":"","actedAt":"2026-01-01T00:00:00.000Z","correlationId":"c-1","issuer":"gateway","audience":["orders"]}';
    expect(writeClaims(ann())).toBe(before);
    expect(writeClaims(ann({ permissions: [] }))).toBe(before);
    expect(readClaims(before, { exact: true })).toEqual(ann());
  });

  it('are texts', () => {
    for (const permissions of ['"all"', '[1]', 'null', '{}']) {
      const text = writeClaims(ann()).replace(/\}$/, `,"permissions":${permissions}}`);
      expect(readClaims(text, { exact: true })).toEqual({ fault: 'permissions is no list of texts' });
    }
  });

  it('cannot be changed', () => {
    const principal = readClaims(writeClaims(ann({ permissions: ['a'] })), { exact: true });
    expect('fault' in principal ? undefined : Object.isFrozen(principal.permissions)).toBe(true);
  });
});

it('leaves out the session, which belongs to the request', () => {
  expect(writeClaims(ann({ session: 's-1' }))).toBe(writeClaims(ann()));
});
