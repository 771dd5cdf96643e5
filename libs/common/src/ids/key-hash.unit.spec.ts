import { keyHash } from './key-hash.js';

describe('keyHash', () => {
  it.each([
    ['', 0x811c9dc5 | 0],
    ['a', 0xe40c292c | 0],
    ['foobar', 0xbf9cf968 | 0],
  ])('is FNV-1a of %j', (key, expected) => {
    expect(keyHash(key)).toBe(expected);
  });

  it('hashes the UTF-8 bytes of what is not ASCII', () => {
    const bytes = Buffer.from('grün', 'utf8').toString('latin1');
    expect(keyHash('grün')).not.toBe(keyHash(bytes));
    expect(keyHash('grün')).toBe(keyHash('grün'));
  });
});
