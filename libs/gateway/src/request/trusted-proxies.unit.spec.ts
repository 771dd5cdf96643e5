import { TrustedProxies } from './trusted-proxies.js';

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
