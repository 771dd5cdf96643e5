import { readEnvironment } from './environment.js';
import { limitsOf } from './limits.js';

describe('the environment of the auth service', () => {
  it('has defaults', () => {
    expect(readEnvironment({})).toMatchObject({ port: 8082, host: '127.0.0.1', trustedProxies: [] });
    expect(limitsOf({})).toEqual({});
  });

  it('is read', () => {
    const env = { AUTH_PORT: '0', HOST: '0.0.0.0', LOG_LEVEL: 'info', AUTH_TRUSTED_PROXIES: '10.0.0.0/8, 2001:db8::1' };
    expect(readEnvironment(env)).toEqual({
      port: 0,
      host: '0.0.0.0',
      logLevels: ['fatal', 'error', 'warn', 'log'],
      trustedProxies: ['10.0.0.0/8', '2001:db8::1'],
    });
    expect(limitsOf({ AUTH_LOGINS_PER_MINUTE: '9', AUTH_REFRESHES_PER_MINUTE: '' })).toEqual({ logins: 9 });
  });

  it('is refused with all that is wrong', () => {
    expect(() => readEnvironment({ AUTH_PORT: 'x', LOG_LEVEL: 'loud', AUTH_TRUSTED_PROXIES: 'everybody' })).toThrow(
      /AUTH_PORT is "x"[^]*LOG_LEVEL is "loud"[^]*AUTH_TRUSTED_PROXIES is "everybody"/,
    );
  });
});
