import { resolveDiscoveryOptions } from './discovery-options.js';

describe('resolveDiscoveryOptions', () => {
  it('reads the environment, which options outweigh', () => {
    const env = {
      DISCOVERY_URL: 'http://one:8081, http://two:8081',
      MINOS_SERVICE_SECRET: 's',
      MINOS_VERSION: '1',
      DISCOVERY_STATIC: '[]',
    };
    const resolved = resolveDiscoveryOptions({}, 'order', env);
    expect(resolved).toMatchObject({
      service: 'order',
      urls: ['http://one:8081', 'http://two:8081'],
      secret: 's',
      version: '1',
      staticJson: '[]',
    });
    const given = resolveDiscoveryOptions({ service: 'other', urls: [], secret: 't', version: '2' }, 'order', env);
    expect(given).toMatchObject({ service: 'other', urls: [], secret: 't', version: '2' });
  });

  it('registers nowhere where nothing is configured, and takes an empty variable for none', () => {
    for (const env of [{}, { DISCOVERY_URL: '', MINOS_SERVICE_SECRET: '', DISCOVERY_STATIC: '' }])
      expect(resolveDiscoveryOptions({}, 'order', env)).toMatchObject({
        urls: [],
        secret: 'development',
        staticJson: undefined,
        leaveDelay: 500,
      });
  });

  it('needs a secret in production', () => {
    const env = { DISCOVERY_URL: 'http://one:8081', NODE_ENV: 'production' };
    expect(() => resolveDiscoveryOptions({}, 'order', env)).toThrow(expect.objectContaining({ code: 'DISCOVERY_SECRET_MISSING' }));
    expect(resolveDiscoveryOptions({}, 'order', { NODE_ENV: 'production' }).urls).toEqual([]);
  });

  it('refuses what does not fit, all at once, and shows no secret', () => {
    const options = { urls: ['one'], secret: 7, leaveDelay: 'soon', leaveDealy: 1 } as never;
    expect(() => resolveDiscoveryOptions(options, 'order', {})).toThrow(/urls\[0\].*secret.*leaveDelay.*leaveDealy/s);
  });
});
