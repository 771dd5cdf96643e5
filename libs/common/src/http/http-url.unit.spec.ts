import { isHttpOrigin, isHttpUrl } from './http-url.js';

describe('addresses', () => {
  it.each([
    ['http://127.0.0.1:8084', true, true],
    ['https://auth.example.org/', true, false],
    ['HTTP://[::1]:80', true, true],
    ['https://auth.example.org/auth/', true, false],
    ['http://a/?', true, false],
    ['http://a/#', true, false],
    ['http://a?b', true, false],
    ['http://user@a', false, false],
    ['http://user:secret@a', false, false],
    ['ftp://a', false, false],
    ['a:80', false, false],
    ['', false, false],
    [7, false, false],
    [undefined, false, false],
  ])('tell of %p whether it can be asked, and whether it is one of a process', (value, url, origin) => {
    expect([isHttpUrl(value), isHttpOrigin(value)]).toEqual([url, origin]);
  });
});
