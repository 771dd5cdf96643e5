import type { Principal } from '@minos/common';
import type { CallerAddress } from '../request/caller-address.js';
import { limitedCaller } from './admission.js';

const caller: CallerAddress = { address: '192.0.2.1', forwardedFor: '192.0.2.1', scheme: 'http', host: 'shop' };
const ann: Principal = {
  subject: 'ann',
  roles: [],
  tenant: 'north',
  actedAt: '2026-01-01T00:00:00.000Z',
  correlationId: '',
  issuer: 'auth',
  audience: ['shop'],
};
const keyOf = (principal: Principal): string | undefined => limitedCaller(caller, principal).principal;

describe('who a request counts for', () => {
  it('is the same for all tokens of one caller, and another one for everybody else', () => {
    const frozen = Object.freeze({ ...ann });
    expect([keyOf(frozen), keyOf(frozen)]).toEqual([keyOf(ann), keyOf(Object.freeze({ ...ann, roles: ['admin'] }))]);
    const all = [ann, { ...ann, subject: 'bob' }, { ...ann, tenant: 'south' }].map((one) => keyOf(Object.freeze(one)));
    expect(new Set(all).size).toBe(3);
  });

  it('follows a principal that changes', () => {
    const changing = { ...ann };
    const before = keyOf(changing);
    changing.subject = 'bob';
    expect(keyOf(changing)).not.toBe(before);
  });

  it('is the address alone where nobody is known', () => {
    expect(limitedCaller(caller, undefined)).toEqual({ address: '192.0.2.1', principal: undefined });
  });
});
