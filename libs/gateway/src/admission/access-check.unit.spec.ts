import { accessRefusal } from './access-check.js';

describe('access', () => {
  const customer = { public: false, roles: ['customer'], permissions: [] };
  const refund = { public: false, roles: [], permissions: ['refund', 'read'] };
  const open = { public: true, roles: [], permissions: [] };
  const caller = (roles: string[], permissions: string[] = []) => ({
    subject: 'a',
    roles,
    permissions,
    tenant: '',
    actedAt: '',
    correlationId: '',
    issuer: '',
    audience: [],
  });

  it.each([
    ['nothing is said', [], caller(['*']), 403],
    ['nobody is known', [customer], undefined, 401],
    ['the role is there', [customer], caller(['customer']), undefined],
    ['the role is another', [customer], caller(['admin']), 403],
    ['the role is every role', [customer, refund], caller(['*']), undefined],
    ['all permissions are there', [refund], caller([], ['read', 'refund']), undefined],
    ['one permission is missing', [refund], caller([], ['read']), 403],
    ['one of two releases says no', [open, customer], caller([]), 403],
    ['one of two releases wants to know who', [open, customer], undefined, 401],
    ['all releases are open', [open, open], undefined, undefined],
  ])('is decided where %s', (_what, accesses, principal, status) => {
    expect(accessRefusal(accesses, principal)?.status).toBe(status);
  });
});
