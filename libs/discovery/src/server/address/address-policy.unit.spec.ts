import { AddressPolicy, defaultNetworks, isNetwork } from './address-policy.js';
import { formatAddress, parseAddress } from './parse-address.js';

const EVERYTHING = ['0.0.0.0/0', '::/0'];

describe('AddressPolicy', () => {
  it('refuses metadata, link-local, unspecified, multicast and reserved addresses in every spelling, whatever is allowed', async () => {
    const policy = new AddressPolicy(EVERYTHING);
    const refused = [
      'http://169.254.169.254',
      'http://169.254.170.2:80',
      'http://2852039166',
      'http://0xa9fea9fe',
      'http://0251.0376.0251.0376',
      'http://169.254.43518',
      'http://[::ffff:169.254.169.254]',
      'http://[::ffff:a9fe:a9fe]:8080',
      'http://[::169.254.169.254]',
      'http://[64:ff9b::a9fe:a9fe]',
      'http://[2002:a9fe:a9fe::]',
      'http://[fd00:ec2::254]',
      'http://[fe80::1]',
      'http://100.100.100.200',
      'http://192.0.0.192',
      'http://0.0.0.0:8080',
      'http://0',
      'http://[::]:8080',
      'http://224.0.0.1',
      'http://[ff02::1]',
      'http://255.255.255.255',
    ];
    for (const address of refused) await expect(policy.check(address)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    for (const address of ['http://8.8.8.8:80', 'http://10.0.0.1:8080', 'http://[2001:db8::1]:1']) await policy.check(address);
  });

  it('allows private networks where nothing else is said, and loopback outside production', () => {
    const [development, production] = [new AddressPolicy(defaultNetworks(false)), new AddressPolicy(defaultNetworks(true))];
    for (const ip of ['10.1.2.3', '172.16.0.1', '192.168.1.1', '100.64.0.1', 'fd12::1', '::ffff:10.0.0.1']) {
      expect([ip, development.permits(ip), production.permits(ip)]).toEqual([ip, true, true]);
    }
    for (const ip of ['127.0.0.1', '::1', '::ffff:127.0.0.1'])
      expect([ip, development.permits(ip), production.permits(ip)]).toEqual([ip, true, false]);
    for (const ip of ['8.8.8.8', '172.32.0.1', '2001:db8::1', 'nothing', '']) expect([ip, development.permits(ip)]).toEqual([ip, false]);
  });

  it('refuses a name of which one address is not allowed, or that has none', async () => {
    const names: Readonly<Record<string, readonly string[]>> = { good: ['10.0.0.1'], mixed: ['10.0.0.1', '169.254.169.254'], none: [] };
    const policy = new AddressPolicy(['10.0.0.0/8'], async (host) => names[host] ?? Promise.reject(new Error('ENOTFOUND')));
    await policy.check('http://good:80');
    for (const host of ['mixed', 'none', 'unknown'])
      await expect(policy.check(`http://${host}:80`)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    const mixed = parseAddress('http://mixed:80');
    if (typeof mixed === 'string') throw new Error(mixed);
    expect(await policy.targets(mixed)).toEqual(['10.0.0.1']);
  });

  it('takes addresses of scheme, host and port alone', () => {
    for (const address of [
      'nothing',
      'ftp://10.0.0.1',
      'http://user@10.0.0.1',
      'http://10.0.0.1/path',
      'http://10.0.0.1?x',
      'http://10.0.0.1:0',
      'http://10.0.0.1:99999',
      'file:///etc/passwd',
    ])
      expect([address, typeof parseAddress(address)]).toEqual([address, 'string']);
    const parsed = parseAddress('http://[FD00::1]:8080/');
    if (typeof parsed === 'string') throw new Error(parsed);
    expect(formatAddress(parsed)).toBe('http://[fd00::1]:8080');
  });

  it('knows networks', () => {
    for (const network of ['10.0.0.0/8', '::/0', 'fd00::/8', '10.0.0.1/32']) expect(isNetwork(network)).toBe(true);
    for (const network of ['10.0.0.0', '10.0.0.0/33', 'x/8', '', undefined, 7]) expect(isNetwork(network)).toBe(false);
  });
});
