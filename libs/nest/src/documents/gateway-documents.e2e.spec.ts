import { createServer, type Server, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AuthClient } from '@minos/auth';
import { AuthModule } from '@minos/auth/module';
import { TestIssuer } from '@minos/auth/testing';
import type { Principal } from '@minos/common';
import { StaticDirectory } from '@minos/discovery';
import { makeFrontDoor, resolveGatewayOptions } from '@minos/gateway';
import { Controller, Get, Module, Param, type Type } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ApiOperation } from '@nestjs/swagger';
import { MinosModule } from '../minos.module.js';
import { createTestingApp, type TestingApp } from '../testing/create-testing-app.js';
import { DocumentsModule } from './documents.module.js';
import type { OpenApiDocument } from './openapi/openapi-document.js';

const SECRET = 'a secret of a service in a test of documents';
const SUMMARY = 'One thing, as the service says it.';

@Controller('things')
class ThingsController {
  @Get(':id')
  @ApiOperation({ summary: SUMMARY })
  get(@Param('id') id: string): string {
    return id;
  }
}

/** Made when the environment is that of production: what is served is decided then. */
function thingsModule(url: string): Type {
  @Module({
    imports: [
      MinosModule.forRoot({ service: 'things', allowMemoryStorage: true }),
      AuthModule.forRoot({ url, secret: SECRET }),
      DocumentsModule.forRoot({ controllers: true }),
    ],
    controllers: [ThingsController],
  })
  class ThingsModule {}
  return ThingsModule;
}

describe.each(['express', 'fastify'])('documents of a service in production, on %s', (adapter) => {
  const environment = process.env['NODE_ENV'];
  let issuer: TestIssuer;
  let service: TestingApp;
  let auth: AuthClient;
  const ends: (() => Promise<unknown> | void)[] = [];

  beforeAll(async () => {
    process.env['NODE_ENV'] = 'production';
    issuer = await TestIssuer.start();
    service = await createTestingApp(thingsModule(issuer.url), adapter === 'fastify' ? { adapter: new FastifyAdapter() } : {});
    auth = new AuthClient({ url: issuer.url, service: 'gateway', secret: SECRET, accessTokens: { audience: 'shop' } });
    await auth.open();
  });

  afterAll(async () => {
    process.env['NODE_ENV'] = environment;
    for (const end of ends.reverse()) await end();
    await auth.close();
    await service.close();
    await issuer.stop();
  });

  async function mergedDocument(minter: Awaited<ReturnType<AuthClient['openMinter']>> | undefined): Promise<OpenApiDocument> {
    const endpoints = [{ method: 'GET', path: '/things/{id}', access: { public: true, roles: [], permissions: [] } }];
    const directory = new StaticDirectory([{ service: 'things', address: await service.app.getUrl(), endpoints }]);
    const settings = resolveGatewayOptions({ accessLog: false, documents: { enabled: true } });
    const { door, unfollow } = makeFrontDoor(settings, { directory, verifier: auth.verifier, minter });
    const server: Server = createServer();
    door.install(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ends.push(
      () => new Promise((resolve) => server.close(resolve)),
      () => server.closeAllConnections(),
      () => door.close(),
      unfollow,
    );
    const { port } = server.address() as AddressInfo;
    return (await (await fetch(`http://127.0.0.1:${port}/docs/openapi.json`)).json()) as OpenApiDocument;
  }

  it('are shown to nobody who is not known, nor to anybody else: a problem', async () => {
    const ann: Principal = {
      subject: 'ann',
      roles: [],
      tenant: '',
      actedAt: new Date().toISOString(),
      correlationId: '',
      issuer: '',
      audience: [],
    };
    const token = (await auth.openMinter()).mint(ann, 'things');
    for (const [headers, status, code] of [
      [{}, 401, 'MANAGEMENT_UNAUTHENTICATED'],
      [{ authorization: `Bearer ${token}` }, 403, 'MANAGEMENT_FORBIDDEN'],
    ] as const) {
      const answer = await service.http.get('/docs/openapi.json', headers);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([status, expect.stringMatching(/^application\/problem\+json/)]);
      expect(answer.body).toEqual({ type: 'about:blank', title: STATUS_CODES[status], status, detail: expect.any(String), code });
      expect(answer.headers.get('x-correlation-id')).toMatch(/./);
    }
  });

  it('are in the document of the gateway, which asks as itself', async () => {
    const document = await mergedDocument(await auth.openMinter());
    expect(document.paths['/things/{id}']?.['get']).toMatchObject({ summary: SUMMARY });
  });

  it('would not be without its token: the control', async () => {
    const document = await mergedDocument(undefined);
    expect(Object.keys(document.paths)).toEqual(['/things/{id}']);
    expect(JSON.stringify(document)).not.toContain(SUMMARY);
  });
});
