import { fastifyFrameworkErrors } from '@minos/nest';
import type { TestingApp } from '@minos/nest/testing';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { basic, bearer, login, loginAdmin, PASSWORD, register, startAuth } from '../test/auth-kit.js';

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const JSON_TYPE = { 'content-type': 'application/json' };
/** Of services, which the document for people does not list. */
const UNLISTED = [
  ['POST', '/auth/token'],
  ['POST', '/auth/service-keys'],
  ['POST', '/auth/message-keys'],
  ['POST', '/auth/message-keys/find'],
  ['GET', '/auth/message-keys/x'],
  ['GET', '/auth/revocations'],
] as const;

describe.each(['express', 'fastify'])('a problem of the auth service on %s', (kind) => {
  let auth: TestingApp;
  let routes: (readonly [method: string, path: string])[];
  beforeAll(async () => {
    const adapter = kind === 'fastify' ? { adapter: new FastifyAdapter({ frameworkErrors: fastifyFrameworkErrors }) } : {};
    auth = await startAuth({ storage: 'memory', ...adapter });
    const { paths } = (await auth.http.get<OpenApi>('/docs/openapi.json')).body;
    const listed = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => [method.toUpperCase(), path] as const),
    );
    routes = [...listed, ...UNLISTED].map(([method, path]) => [method, path.replace(/\{\w+\}/g, 'x')] as const);
  });
  afterAll(() => auth?.close());

  const send = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
    auth.http.send(method, path, { headers, ...(body === undefined ? {} : { body }) });

  function isProblem({ status, headers, body }: Awaited<ReturnType<typeof send>>, what: unknown): void {
    if (status < 400) return;
    expect([what, status, headers.get('content-type'), body]).toEqual([
      what,
      expect.any(Number),
      expect.stringContaining('application/problem+json'),
      expect.objectContaining({ status, code: expect.stringMatching(/^[A-Z][A-Z0-9_]+$/) as string, detail: expect.any(String) as string }),
    ]);
  }

  it('has a code on every route, whatever is wrong', async () => {
    expect(routes.length).toBeGreaterThan(18);
    const [user, admin] = [bearer(await login(auth, await register(auth))), bearer(await loginAdmin(auth))];
    const order = basic('order');
    const callers = [{}, { authorization: 'Bearer x.y.z' }, user, admin, order, basic('order', 'wrong')];
    const bodies = [undefined, '{', '{"other":1}', `{"refreshToken":"${'a'.repeat(200)}"}`];
    let problems = 0;
    for (const [method, path] of routes) {
      // Answered without an end.
      const some = path === '/auth/revocations' ? callers.filter((caller) => caller !== order) : callers;
      const requests = some.flatMap((caller) => (method === 'GET' ? [undefined] : bodies).map((body) => ({ caller, body })));
      const answers = await Promise.all(
        requests.map(({ caller, body }) => send(method, path, { ...(body === undefined ? {} : JSON_TYPE), ...caller }, body)),
      );
      for (const [at, answer] of answers.entries()) isProblem(answer, [method, path, requests[at]]);
      problems += answers.filter(({ status }) => status >= 400).length;
    }
    expect(problems).toBeGreaterThan(150);
  });

  it.each([
    ['no route', 404, 'GET', '/auth/nothing', {}, undefined],
    ['another method', 404, 'DELETE', '/auth/login', {}, undefined],
    ['no JSON', 400, 'POST', '/auth/login', JSON_TYPE, '{"email":'],
    ['too much', 413, 'POST', '/auth/login', JSON_TYPE, `{"email":"${'a'.repeat(2_000_000)}"}`],
    ['another character set', 415, 'POST', '/auth/login', { 'content-type': 'application/json; charset=latin1' }, '{}'],
    ['a compressed body', 415, 'POST', '/auth/login', { ...JSON_TYPE, 'content-encoding': 'gzip' }, '{}'],
    ['a path that cannot be read', 400, 'GET', '/auth/roles/%E0%A4%A', {}, undefined],
  ] as const)('has a code, and the correlation id, for %s', async (what, status, method, path, headers, body) => {
    const answer = await send(method, path, { ...headers, 'x-correlation-id': 'c-1' }, body);
    expect([answer.status, answer.headers.get('x-correlation-id')]).toEqual([status, 'c-1']);
    isProblem(answer, what);
  });

  it('is what a form gets, and anything else that is no JSON, from routes for people', async () => {
    const form = `email=ann%40example.org&password=${encodeURIComponent(PASSWORD)}&refreshToken=x&code=x`;
    for (const path of ['/auth/login', '/auth/register', '/auth/refresh', '/auth/logout', '/auth/oidc/exchange'])
      for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x', 'application/jsonp']) {
        const answer = await send('POST', path, { 'content-type': type }, form);
        expect([path, type, answer.status, answer.body]).toEqual([
          path,
          type,
          415,
          expect.objectContaining({ code: 'HTTP_UNSUPPORTED_MEDIA_TYPE' }),
        ]);
      }
  });
});
