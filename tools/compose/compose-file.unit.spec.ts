import { SERVICES } from '../start/services.mjs';
import { type ComposeService, composeServices } from './compose-file-kit.js';
import { secretEnvironments } from './secret-environments.mjs';

const services = composeServices();
const secrets = secretEnvironments();
/** Those that `docker compose --profile services up` starts. */
const started = new Map([...services].filter(([, { profiles }]) => profiles === undefined || profiles.includes('services')));
const APPS = SERVICES.map(({ name }) => name);

const needs = (name: string, found = new Set<string>()): ReadonlySet<string> => {
  for (const other of Object.keys((services.get(name) as ComposeService).depends_on ?? {})) needs(other, found.add(other));
  return found;
};

describe('the profile "services" of docker-compose.yml', () => {
  it('is the whole shop with a database, and nothing of the development beside it', () => {
    expect([...started.keys()].sort()).toEqual([...APPS, 'database', 'migrate'].sort());
  });

  it('publishes the gateway alone, to this machine', () => {
    const published = [...started].flatMap(([name, { ports = [] }]) => ports.map((port) => [name, port]));
    expect(published).toEqual([['gateway', '127.0.0.1:8080:8080']]);
  });

  it('starts what a service needs before it, and stops the gateway first', () => {
    for (const app of APPS) expect([...needs(app)]).toEqual(expect.arrayContaining(['database', 'migrate']));
    expect([...needs('gateway')].sort()).toEqual([...started.keys()].filter((name) => name !== 'gateway').sort());
  });

  it.each(APPS)('runs %s as in production, and asks it whether it is ready', (app) => {
    const { command, environment, healthcheck, volumes } = services.get(app) as ComposeService;
    const { entry, base } = SERVICES.find(({ name }) => name === app) as (typeof SERVICES)[number];
    expect(entry.endsWith(command?.[1] ?? '?')).toBe(true);
    expect(environment).toMatchObject({ NODE_ENV: 'production', DISCOVERY_URL: 'http://discovery:8081', AUTH_URL: 'http://auth:8082' });
    expect(healthcheck?.test.slice(1)).toEqual(['node', 'tools/compose/is-ready.mjs', new URL(base).port]);
    expect(volumes).toBeUndefined();
  });

  it('has its secrets from files that are in no repository, each its own', () => {
    for (const [name, { env_file: file, environment = {} }] of [...started, ['admin', services.get('admin') as ComposeService] as const]) {
      expect([name, file]).toEqual([name, `.minos/compose/${name}.env`]);
      expect(Object.keys(secrets[name] ?? {})).not.toEqual([]);
      expect(Object.keys(environment).filter((variable) => /SECRET|PASSWORD|TOKEN|KEY|DATABASE_URL/.test(variable))).toEqual([]);
    }
    const own = APPS.map((app) => secrets[app]?.['MINOS_SERVICE_SECRET']);
    expect(new Set(own).size).toBe(APPS.length);
    const tokens = APPS.map((app) => secrets[app]?.['MINOS_MANAGEMENT_TOKEN']);
    expect(new Set(tokens).size).toBe(APPS.length);
    expect(Object.values(secrets['order'] ?? {}).join()).not.toContain(secrets['auth']?.['AUTH_KEY_ENCRYPTION_KEY']);
  });

  it('lets each service log in to its own database alone, and tells none the password of the superuser', () => {
    const userOf = (url: string): string => new URL(url).username;
    const logins = Object.entries(secrets).flatMap(([name, { DATABASE_URL: url }]) => (url === undefined ? [] : [[name, url] as const]));
    expect(Object.fromEntries(logins.map(([name, url]) => [name, userOf(url)]))).toEqual({
      ...Object.fromEntries(APPS.filter((app) => app !== 'gateway').map((app) => [app, app])),
      admin: 'auth',
      migrate: 'minos',
    });
    const superuser = secrets['database']?.['POSTGRES_PASSWORD'] ?? '?';
    const told = Object.entries(secrets).filter(([, variables]) => Object.values(variables).join().includes(superuser));
    expect(told.map(([name]) => name)).toEqual(['database', 'migrate']);
    expect(new Set(logins.map(([, url]) => new URL(url).password)).size).toBe(APPS.length);
  });

  it('believes addresses from nobody but the gateway, and that from whom its own environment says', () => {
    expect(services.get('gateway')?.environment).toMatchObject({ GATEWAY_TRUSTED_PROXIES: '${GATEWAY_TRUSTED_PROXIES:-}' });
    for (const app of APPS.filter((name) => name !== 'gateway'))
      expect(Object.keys(services.get(app)?.environment ?? {}).filter((variable) => variable.includes('PROXIES'))).toEqual([]);
  });

  it('has the same secrets the next time, in lines that Compose reads as they are', () => {
    expect(secretEnvironments()).toEqual(secrets);
    for (const value of Object.values(secrets).flatMap((variables) => Object.values(variables))) expect(value).toMatch(/^[\w.@:/,+=-]+$/);
  });
});
