import { STATUS_CODES } from 'node:http';
import { MinosError, type Principal, TOKEN_VERIFIER, type TokenVerifier } from '@minos/common';
import { Global, type INestApplication, Module } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { HealthModule } from '../health.module.js';
import { managementSettings } from './management-settings.js';

const TOKEN = 'a-token-that-nobody-guesses-0123456789';

class Failure extends MinosError {
  constructor(
    readonly code: string,
    readonly retryable: boolean,
  ) {
    super('It is refused.');
  }
}

/** Tokens are `<subject>.<role>`. */
const VERIFIER: TokenVerifier = {
  verifyToken: (token) => {
    const [subject = '', role = ''] = token.split('.');
    if (role === 'away') throw new Failure('KEYS_AWAY', true);
    if (role === '') throw new Failure('PRINCIPAL_REFUSED', false);
    return { subject, roles: [role], tenant: '', actedAt: '', correlationId: '', issuer: 'gateway', audience: ['x'] } satisfies Principal;
  },
};

@Global()
@Module({ providers: [{ provide: TOKEN_VERIFIER, useValue: VERIFIER }], exports: [TOKEN_VERIFIER] })
class Verifying {}
@Module({})
class NotVerifying {}

describe.each(['express', 'fastify'])('what shows how a service is inside, on %s', (kind) => {
  const before = { ...process.env };
  let app: INestApplication;

  const start = async (environment: NodeJS.ProcessEnv, verifying = true): Promise<void> => {
    Object.assign(process.env, environment);
    const module = await Test.createTestingModule({ imports: [HealthModule.forRoot(), verifying ? Verifying : NotVerifying] }).compile();
    app = kind === 'fastify' ? module.createNestApplication(new FastifyAdapter()) : module.createNestApplication();
    await app.listen(0, '127.0.0.1');
  };
  const ask = async (authorization?: string, path = '/metrics'): Promise<Response> =>
    fetch(`${await app.getUrl()}${path}`, authorization === undefined ? {} : { headers: { authorization } });
  const statusOf = async (token: string): Promise<number> => (await ask(`Bearer ${token}`)).status;

  afterEach(async () => {
    await app.close();
    for (const name of ['NODE_ENV', 'MINOS_MANAGEMENT_TOKEN']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  });

  it('is open outside production', async () => {
    await start({});
    expect((await ask()).status).toBe(200);
    expect(await statusOf('ann.customer')).toBe(200);
  });

  it('is in production for services, admins and who has the token', async () => {
    await start({ NODE_ENV: 'production', MINOS_MANAGEMENT_TOKEN: TOKEN });
    for (const token of ['order.service', 'gateway.nothing', 'root.admin', TOKEN])
      expect([token, await statusOf(token)]).toEqual([token, 200]);
    for (const token of ['ann.customer', 'ann.ADMIN']) expect([token, await statusOf(token)]).toEqual([token, 403]);
    for (const token of ['forged', TOKEN.slice(1), `${TOKEN}x`]) expect([token, await statusOf(token)]).toEqual([token, 401]);
    expect((await ask(`Basic ${TOKEN}`)).status).toBe(401);
    const stranger = await ask();
    expect([stranger.status, stranger.headers.get('www-authenticate'), await stranger.text()]).toEqual([
      401,
      'Bearer',
      expect.not.stringContaining('minos_'),
    ]);
    expect(await statusOf('root.away')).toBe(503);
  });

  it.each([
    [undefined, 401, 'MANAGEMENT_UNAUTHENTICATED', { 'www-authenticate': 'Bearer' }],
    ['Bearer forged', 401, 'MANAGEMENT_UNAUTHENTICATED', { 'www-authenticate': 'Bearer' }],
    ['Bearer ann.customer', 403, 'MANAGEMENT_FORBIDDEN', {}],
    ['Bearer root.away', 503, 'MANAGEMENT_UNAVAILABLE', { 'retry-after': '1' }],
  ])('says to %s that it is refused by a problem, without a filter of the application', async (authorization, status, code, headers) => {
    await start({ NODE_ENV: 'production', MINOS_MANAGEMENT_TOKEN: TOKEN });
    const answer = await ask(authorization);
    expect([answer.status, Object.fromEntries(answer.headers)]).toMatchObject([
      status,
      { 'content-type': expect.stringMatching(/^application\/problem\+json/), ...headers },
    ]);
    expect(await answer.json()).toEqual({
      type: 'about:blank',
      title: STATUS_CODES[status],
      status,
      detail: expect.any(String),
      code,
    });
  });

  it('leaves the probes to everybody', async () => {
    await start({ NODE_ENV: 'production' });
    for (const path of ['/health/live', '/health/ready', '/health/startup']) expect((await ask(undefined, path)).status).toBe(200);
  });

  it('is closed in production where nobody verifies tokens and none is set', async () => {
    await start({ NODE_ENV: 'production', MINOS_MANAGEMENT_TOKEN: '' }, false);
    for (const token of ['root.admin', '', TOKEN]) expect(await statusOf(token)).toBe(401);
  });
});

it('takes no token that could be guessed, and does not show it', () => {
  const open = (token: string) => (): unknown => managementSettings({ MINOS_MANAGEMENT_TOKEN: token });
  for (const token of ['short', 'x'.repeat(31), `${'x'.repeat(40)} y`])
    expect(open(token)).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID', message: expect.not.stringContaining(token) }));
  expect(open('x'.repeat(32))).not.toThrow();
});
