import { bearerToken } from './bearer-token.js';

describe('bearerToken', () => {
  it.each([
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['BEARER aZ09-._~+/==', 'aZ09-._~+/=='],
    ['Bearer  abc', undefined],
    ['Bearer abc ', undefined],
    [' Bearer abc', undefined],
    ['Bearer\tabc', undefined],
    ['Bearer abc\n', undefined],
    ['Bearer abc def', undefined],
    ['Bearer abc, Bearer def', undefined],
    ['Bearer =', undefined],
    ['Bearer a=b', undefined],
    ['Bearer ä', undefined],
    ['Bearer ', undefined],
    ['Bearer', undefined],
    ['Basic abc', undefined],
    ['', undefined],
    [['Bearer abc'], undefined],
    [undefined, undefined],
  ])('reads %j as %j', (authorization, token) => {
    expect(bearerToken(authorization)).toBe(token);
  });
});
