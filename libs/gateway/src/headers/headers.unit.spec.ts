import { CookieNames, cookiesFor } from './cookies.js';
import { HeaderKinds } from './header-kinds.js';
import { RequestHead } from './request-head.js';
import { RequestIds } from './trace-context.js';

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
    expect(read('Idempotency-Key', '7', 'Connection', 'Idempotency-Key')).toMatchObject({ kept: [], idempotencyKey: false });
    expect(read('Idempotency-Key', '7')).toMatchObject({ kept: ['Idempotency-Key', '7'], idempotencyKey: true });
  });

  it('begin a trace, or continue one', () => {
    const known = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    expect(new RequestIds('mine', known)).toMatchObject({ correlationId: 'mine', traceparent: known });
    const { requestId, correlationId, traceparent } = new RequestIds('a b', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`);
    expect(correlationId).toBe(requestId);
    expect(traceparent).toMatch(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-01$/);
  });
});

describe('cookies', () => {
  it('are those that are named', () => {
    expect(cookiesFor('a=1; b=2;c=3', new CookieNames(['a', 'c']))).toBe('a=1; c=3');
    expect(cookiesFor('a=1', new CookieNames([]))).toBeUndefined();
    expect(cookiesFor('ab=1', new CookieNames(['a']))).toBeUndefined();
    expect(cookiesFor('a=1; b=2', 'all')).toBe('a=1; b=2');
  });

  it('are those that begin as is named, where a name ends so', () => {
    const names = new CookieNames(['a_*', 'b']);
    expect(cookiesFor('a_=1; a_x=2; a=3; b=4; b_x=5; xa_y=6; a_*=7; A_x=8', names)).toBe('a_=1; a_x=2; b=4; a_*=7');
  });
});
