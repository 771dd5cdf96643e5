import fc from 'fast-check';
import { addressKey } from './address-key.js';

describe('an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:0201', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['', 'unreadable'],
    ['x', 'unreadable'],
    ['1:2', 'unreadable'],
    ['192.0.2.1, 192.0.2.2', 'unreadable'],
  ])('%s counts as %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });

  it('counts alike for all that a client with a /64 may use', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        const key = addressKey(address);
        if (key.endsWith('::/64')) expect(addressKey(key.replace('::/64', ':a:b:c:d'))).toBe(key);
        else expect(key).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
      }),
    );
  });
});
