import { createHash } from 'node:crypto';
import { basicCredential, readBasicCredential } from './basic-credential.js';
import { ConfiguredServiceCredentials } from './configured-service-credentials.js';

const digest = (secret: string): string => createHash('sha256').update(secret).digest('hex');

describe('ConfiguredServiceCredentials', () => {
  const credentials = ConfiguredServiceCredentials.parse(`order:${digest('one')}, product:${digest('two').toUpperCase()}`);

  it('knows each service by its own secret', () => {
    expect(credentials.services).toEqual(['order', 'product']);
    expect(credentials.verify({ service: 'order', secret: 'one' })).toBe(true);
    expect(credentials.verify({ service: 'product', secret: 'two' })).toBe(true);
    expect(credentials.verify({ service: 'order', secret: 'two' })).toBe(false);
    expect(credentials.verify({ service: 'stranger', secret: 'one' })).toBe(false);
    expect(credentials.verify({ service: '', secret: '' })).toBe(false);
    expect(credentials.verify({ service: 'order', secret: digest('one') })).toBe(false);
  });

  it('refuses a list that does not fit, with every fault', () => {
    for (const list of ['', 'order', 'order:abc', `Order:${digest('one')}`, `order:${digest('a')},order:${digest('b')}`])
      expect(() => ConfiguredServiceCredentials.parse(list)).toThrow(expect.objectContaining({ code: 'SERVICES_INVALID' }));
    expect(() => ConfiguredServiceCredentials.parse('Order:x')).toThrow(/"Order" is no name.*behind "Order" is no SHA-256/);
  });
});

describe('a credential on the wire', () => {
  it('comes back as it was sent', () => {
    const credential = { service: 'order', secret: 'a:b=ü' };
    expect(readBasicCredential(basicCredential(credential))).toEqual(credential);
  });

  it('is nothing where the header is something else', () => {
    for (const header of [
      undefined,
      '',
      'Basic',
      'Bearer abc',
      'Basic !!!',
      `Basic ${Buffer.from('nocolon').toString('base64')}`,
      `Basic ${'A'.repeat(2_000)}`,
    ])
      expect(readBasicCredential(header)).toBeUndefined();
  });
});
