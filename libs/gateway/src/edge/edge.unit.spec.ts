import { cookiesFor } from '../headers/cookies.js';
import { HeaderKinds } from '../headers/header-kinds.js';
import { RequestHead } from '../headers/request-head.js';
import { requestIds } from '../headers/trace-context.js';
import { accessRefusal } from './access-check.js';
import { readTarget } from './request-target.js';
import { TrustedProxies } from './trusted-proxies.js';

describe('a target', () => {
  it.each([
    ['/', '/', [], ''],
    ['/orders/7', '/orders/7', ['orders', '7'], ''],
    ['/orders/7/?a=b/../c', '/orders/7', ['orders', '7'], '?a=b/../c'],
    ['/orders/%37', '/orders/7', ['orders', '7'], ''],
    ['/a%20b/%E2%82%AC', '/a%20b/%E2%82%AC', ['a b', '€'], ''],
    ['/100%25', '/100%25', ['100%'], ''],
    ['/..a/...', '/..a/...', ['..a', '...'], ''],
  ])('is read once: %s', (url, path, segments, query) => {
    expect(readTarget(url)).toEqual({ path, segments, query });
  });

  it.each([
    '',
    '*',
    'a',
    '//a',
    '/a//b',
    '/./a',
    '/a/..',
    '/%2e',
    '/a%2fb',
    '/a%5Cb',
    '/a\\b',
    '/a;b',
    '/..%3Bx',
    '/%00',
    '/%0a',
    '/%',
    '/%c0%af',
    '/%ff',
    '/é',
    '/a b',
    '/a#b',
    '/a?b#c',
    '/%252e%252e',
    '/a%25252fb',
    '/%EF%BC%8E%EF%BC%8E',
    'http://a/',
  ])('is refused where it can be read in two ways: %s', (url) => {
    expect(readTarget(url)).toBeUndefined();
  });
});

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

describe('networks of proxies', () => {
  it('are those that are written', () => {
    const trusted = new TrustedProxies(['10.0.0.0/8', '192.168.1.7', '2001:db8::/32']);
    expect(['10.1.2.3', '192.168.1.7', '2001:db8::1'].map((address) => trusted.has(address))).toEqual([true, true, true]);
    expect(['11.0.0.1', '192.168.1.8', '2001:db9::1', '', 'x'].map((address) => trusted.has(address))).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it.each(['10.0.0.0/33', '10.0.0/8', 'proxy', '10.0.0.0/', '10.0.0.0/8/9', '::/129'])('are refused where they are none: %s', (network) => {
    expect(() => new TrustedProxies([network])).toThrow(RangeError);
  });
});

describe('headers', () => {
  const read = (...headers: string[]): RequestHead => RequestHead.read(['Host', 'a', ...headers], new HeaderKinds());

  it('go on but for what ends here', () => {
    expect(read('X-Color', 'red', 'x_color', 'blue', 'X-User-Id', '7', 'Minos-Consistency', 't').kept).toEqual([
      'X-Color',
      'red',
      'Minos-Consistency',
      't',
    ]);
  });

  it('that Connection names do not go on', () => {
    expect(read('X-Color', 'red', 'Connection', 'close, x-color', 'X-Size', '1').kept).toEqual(['X-Size', '1']);
  });

  it('begin a trace, or continue one', () => {
    const known = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    expect(requestIds('mine', known)).toMatchObject({ correlationId: 'mine', traceparent: known });
    const { requestId, correlationId, traceparent } = requestIds('a b', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`);
    expect(correlationId).toBe(requestId);
    expect(traceparent).toMatch(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-01$/);
  });
});

describe('cookies', () => {
  it('are those that are named', () => {
    expect(cookiesFor('a=1; b=2;c=3', new Set(['a', 'c']))).toBe('a=1; c=3');
    expect(cookiesFor('a=1', new Set())).toBeUndefined();
    expect(cookiesFor('ab=1', new Set(['a']))).toBeUndefined();
    expect(cookiesFor('a=1; b=2', 'all')).toBe('a=1; b=2');
  });
});
