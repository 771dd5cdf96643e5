import { StaticKeys } from '../keys/static-keys.js';
import { type AuthModuleOptions, resolveAuthModuleOptions } from './auth-module.options.js';

const SECRET = 'a secret of 32 characters, or so.';
const local = { keys: new StaticKeys({ keys: [] }) };

const resolve = (given: AuthModuleOptions, environment: Record<string, string> = {}, service: string | undefined = 'order') =>
  resolveAuthModuleOptions(given, { service, environment });

describe('options of AuthModule', () => {
  it('come from the environment where they are not given', () => {
    const environment = { AUTH_URL: 'http://auth:8082', MINOS_SERVICE_SECRET: SECRET };
    expect(resolve({}, environment)).toMatchObject({ url: 'http://auth:8082', secret: SECRET, service: 'order' });
    const given = { url: 'http://other:1', secret: `${SECRET}!`, service: 'product' };
    expect(resolve(given, environment)).toMatchObject(given);
    expect(resolve({ local }, environment)).toMatchObject({ url: undefined, local });
  });

  it('may be left out, but not in production', () => {
    expect(resolve({})).toBeUndefined();
    expect(resolve({}, { AUTH_URL: '' })).toBeUndefined();
    const productions: Record<string, string>[] = [{}, { AUTH_URL: 'http://auth:8082' }];
    for (const environment of productions.map((more) => ({ ...more, NODE_ENV: 'production' }))) {
      expect(() => resolve({}, environment)).toThrow(expect.objectContaining({ code: 'AUTH_NOT_CONFIGURED' }));
    }
    expect(resolve({ local }, { NODE_ENV: 'production' })).toMatchObject({ local });
  });

  it('need the name of the service', () => {
    expect(() => resolveAuthModuleOptions({ url: 'http://auth:8082' }, { service: undefined, environment: {} })).toThrow(
      'the service has no name',
    );
  });

  it('show no secret', () => {
    expect(() => resolve({ url: 'http://auth:8082', secret: 'tooshort' })).toThrow(
      expect.objectContaining({ code: 'OPTIONS_INVALID', message: expect.not.stringContaining('tooshort') as string }),
    );
    expect(() => resolve({ urll: 'x' } as never)).toThrow('did you mean "url"?');
  });
});
