import { readTarget } from './request-target.js';

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
