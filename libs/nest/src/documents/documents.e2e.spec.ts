import { Command, CONSISTENCY_HEADER, Event } from '@minos/common';
import { Aggregate, AggregateRoot, On } from '@minos/event-sourcing';
import { Body, type CanActivate, Controller, Get, Headers, Injectable, Module, Param, Post, type Type } from '@nestjs/common';
import { CommandHandler } from '@nestjs/cqrs';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ApiNotFoundResponse, ApiProperty } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import { IsString, Length } from 'class-validator';
import { asyncApiFaults, openApiFaults } from '../../../../tools/testing/api-document-faults.js';
import { MinosModule } from '../minos.module.js';
import { createTestingApp, type TestingApp } from '../testing/create-testing-app.js';
import { TestingHttp } from '../testing/testing-http.js';
import { OPTION_OVERRIDES } from '../tokens.js';
import { ApiDocuments } from './api-documents.js';
import type { AsyncApiDocument } from './asyncapi/asyncapi-document.js';
import { DocumentsModule } from './documents.module.js';
import type { DocumentsOptions } from './documents.options.js';
import type { OpenApiDocument, OpenApiOperation } from './openapi/openapi-document.js';

@Event('thing.made')
class ThingMade {
  constructor(readonly label: string) {}
}

@Aggregate('thing')
class Thing extends AggregateRoot {
  @On(ThingMade) protected made(): void {}
}

// #region declared
@Command('thing.make', { owner: 'things' })
class MakeThing extends Command {
  @IsString()
  @Length(1, 100)
  @ApiProperty({ description: 'What people call it.' })
  label!: string;
}
// #endregion

@CommandHandler(MakeThing)
class MakeThingHandler {
  execute(): Promise<void> {
    return Promise.resolve();
  }
}

class ThingBody {
  @ApiProperty()
  label!: string;
}

@Controller('things')
class ThingsController {
  @Post()
  make(@Body() body: ThingBody): ThingBody {
    return body;
  }

  @Get(':id')
  @ApiNotFoundResponse({ description: 'There is no such thing.' })
  get(@Param('id') id: string, @Headers(CONSISTENCY_HEADER) token?: string): string {
    return `${id} ${token}`;
  }
}

@Controller('things/:id/docs')
class ThingDocsController {
  @Get()
  list(): string[] {
    return [];
  }
}

@Injectable()
class KeyGuard implements CanActivate {
  canActivate(context: { switchToHttp(): { getRequest(): { headers: Record<string, string> } } }): boolean {
    return context.switchToHttp().getRequest().headers['x-key'] === 'open';
  }
}

function service(options: DocumentsOptions = {}): Type {
  @Module({
    imports: [
      MinosModule.forRoot({ service: 'things', http: { statuses: { 'thing.locked': 423 } } }),
      MinosModule.forFeature({ aggregates: [Thing] }),
      DocumentsModule.forRoot(options),
    ],
    controllers: [ThingsController, ThingDocsController],
    providers: [MakeThingHandler],
  })
  class ThingsModule {}
  return ThingsModule;
}

describe.each(['express', 'fastify'])('documents over %s', (adapter) => {
  let app: TestingApp;

  beforeAll(async () => {
    const module = service({ title: 'Things <&>', description: 'About things.', version: '3.2.1' });
    app = await createTestingApp(module, adapter === 'fastify' ? { adapter: new FastifyAdapter() } : {});
  });

  afterAll(() => app.close());

  const operation = async (path: string, method: string): Promise<OpenApiOperation> => {
    const { body } = await app.http.get<OpenApiDocument>('/docs/openapi.json');
    return body.paths[path]?.[method] as OpenApiOperation;
  };

  it('serves the AsyncAPI document', async () => {
    const { status, headers, body } = await app.http.get<AsyncApiDocument>('/docs/asyncapi.json');
    expect([status, headers.get('content-type')]).toEqual([200, expect.stringContaining('application/json')]);
    expect(body).toMatchObject({ asyncapi: '3.0.0', info: { title: 'Things <&>', version: '3.2.1', description: 'About things.' } });
    expect(body.operations['receive.thing.make']).toMatchObject({ action: 'receive', channel: { $ref: '#/channels/things.commands' } });
    expect(body.components.schemas['thing.make.v1']).toMatchObject({
      properties: { label: { type: 'string', minLength: 1, description: 'What people call it.' } },
      required: ['label'],
    });
  });

  it('serves the OpenAPI document, without the pages themselves', async () => {
    const { body } = await app.http.get<OpenApiDocument>('/docs/openapi.json');
    expect(Object.keys(body.paths)).toEqual(expect.arrayContaining(['/things', '/things/{id}', '/health/ready']));
    expect(Object.keys(body.paths).join()).not.toContain('docs/');
    expect(Object.keys(body.paths)).toContain('/things/{id}/docs');
    expect(JSON.stringify(body.paths['/health/ready'])).not.toContain('Problem');
  });

  it('documents keys of idempotency where they are read, and answers that say how new they are', async () => {
    const [post, get] = [await operation('/things', 'post'), await operation('/things/{id}', 'get')];
    expect(post.parameters).toContainEqual({ $ref: '#/components/parameters/IdempotencyKey' });
    expect(post.responses?.['201']?.headers).toHaveProperty([CONSISTENCY_HEADER]);
    expect(JSON.stringify(get)).not.toContain('Idempotency');
    expect(get.parameters).toContainEqual({ $ref: '#/components/parameters/Consistency' });
    expect(JSON.stringify(post.parameters)).not.toContain('Consistency');
  });

  it('documents problems with the codes and statuses of the service', async () => {
    const { body } = await app.http.get<OpenApiDocument>('/docs/openapi.json');
    const responses = body.components?.responses as Record<string, { description: string; content: Record<string, { examples?: object }> }>;
    expect(responses['Problem409']?.description).toContain('CONCURRENCY_CONFLICT');
    expect(responses['Problem423']?.content['application/problem+json']?.examples).toHaveProperty(['thing.locked']);
    expect((await operation('/things', 'post')).responses).toMatchObject({
      '400': { $ref: '#/components/responses/Problem400' },
      '422': { $ref: '#/components/responses/Problem422' },
      default: { $ref: '#/components/responses/Problem' },
    });
    const { '404': own } = (await operation('/things/{id}', 'get')).responses ?? {};
    expect(own).toMatchObject({
      description: expect.stringMatching(/^There is no such thing\. .*AGGREGATE_NOT_FOUND/),
      content: { 'application/problem+json': {} },
    });
  });

  it.each([
    ['/docs', "script-src 'self'", false],
    ['/docs/asyncapi', "script-src 'self'", false],
    ['/docs/openapi', "script-src 'self'", true],
  ])('serves the page %s under a policy that lets nothing in from elsewhere', async (path, scripts, allowed) => {
    const { status, headers, body } = await app.http.get<string>(path);
    expect([status, headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'/);
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval/);
    expect(policy.includes(scripts)).toBe(allowed);
    expect(body).toContain('Things &lt;&amp;&gt;');
  });

  it('serves whatever its pages ask for, with and without a slash at the end', async () => {
    for (const path of [
      '/docs',
      '/docs/asyncapi',
      '/docs/openapi',
      ...(adapter === 'express' ? ['/docs/', '/docs/asyncapi/', '/docs/openapi/'] : []),
    ]) {
      const { body } = await app.http.get<string>(path);
      const wanted = linksOf(body, path);
      expect(wanted.length).toBeGreaterThan(0);
      for (const one of wanted) expect([path, one, (await app.http.get(one)).status]).toEqual([path, one, 200]);
    }
  });

  it.each(['nothing.js', '..%2f..%2fpackage.json', 'swagger-ui.js'])('serves no other file: %s', async (name) => {
    expect((await app.http.get(`/docs/assets/${name}`)).status).toBe(404);
  });

  // Last: checking takes seconds of the processor, in which connections that wait would time out.
  it('serves documents that fit the official schemas', async () => {
    const [asyncApi, openApi] = await Promise.all(['asyncapi', 'openapi'].map((name) => app.http.get<object>(`/docs/${name}.json`)));
    expect(asyncApiFaults(asyncApi?.body ?? {})).toEqual([]);
    expect(await openApiFaults(openApi?.body ?? {})).toEqual([]);
  });
});

it("stands behind guards, at a path of one's own", async () => {
  const app = await createTestingApp(service({ path: 'internal/api', guards: [KeyGuard] }));
  try {
    const paths = ['', '/asyncapi', '/openapi', '/asyncapi.json', '/openapi.json', '/assets/documents.css'].map(
      (end) => `/internal/api${end}`,
    );
    for (const path of paths) {
      expect([path, (await app.http.get(path)).status]).toEqual([path, 403]);
      expect([path, (await app.http.get(path, { 'x-key': 'open' })).status]).toEqual([path, 200]);
    }
    expect((await app.http.get('/docs')).status).toBe(404);
  } finally {
    await app.close();
  }
});

it('stands below the global prefix, and its links hold there', async () => {
  const compiled = await Test.createTestingModule({ imports: [service()] })
    .overrideProvider(OPTION_OVERRIDES)
    .useValue({ storage: 'memory', messaging: { broker: { kind: 'memory' } } })
    .setLogger({ log: () => undefined, warn: () => undefined, error: () => undefined })
    .compile();
  const app = compiled.createNestApplication().setGlobalPrefix('api');
  try {
    await app.listen(0, '127.0.0.1');
    const http = new TestingHttp(await app.getUrl());
    const { body } = await http.get<OpenApiDocument>('/api/docs/openapi.json');
    expect(Object.keys(body.paths)).toContain('/api/things');
    expect(JSON.stringify(body.paths['/api/health/ready'])).not.toContain('Problem');
    for (const path of ['/api/docs', '/api/docs/asyncapi', '/api/docs/openapi'])
      for (const link of linksOf((await http.get<string>(path)).body, path))
        expect([link, (await http.get(link)).status]).toEqual([link, 200]);
  } finally {
    await app.close();
  }
});

describe('what is not asked for', () => {
  it('can be had without routes', async () => {
    const app = await createTestingApp(service({ controllers: false }));
    try {
      expect((await app.http.get('/docs')).status).toBe(404);
      // #region documents
      const documents = app.get<ApiDocuments>(ApiDocuments);
      const text = JSON.stringify({ messages: documents.asyncApi(), routes: documents.openApi() }, null, 2);
      // #endregion
      expect(JSON.parse(text)).toMatchObject({ messages: { asyncapi: '3.0.0' }, routes: { openapi: '3.0.0' } });
      expect(documents.asyncApi().info.title).toBe('things');
      expect(Object.keys(documents.openApi().paths)).toContain('/things');
      expect(documents.asyncApi()).toBe(documents.asyncApi());
    } finally {
      await app.close();
    }
  });

  it('leaves routes as they are where the HTTP edge is off', async () => {
    @Module({
      imports: [MinosModule.forRoot({ service: 'things', features: { http: false } }), DocumentsModule.forRoot()],
      controllers: [ThingsController],
    })
    class Plain {}
    const app = await createTestingApp(Plain);
    try {
      expect(JSON.stringify(app.get<ApiDocuments>(ApiDocuments).openApi())).not.toMatch(/problem\+json|Idempotency/);
    } finally {
      await app.close();
    }
  });
});

it('says at boot what is wrong with the options, and what is missing', async () => {
  expect(() => DocumentsModule.forRoot({ path: '/docs/', controlers: false } as DocumentsOptions)).toThrow(
    expect.objectContaining({ code: 'OPTIONS_INVALID', message: expect.stringMatching(/path[^]*controlers/) }),
  );
  const alone = Test.createTestingModule({ imports: [DocumentsModule.forRoot()] }).compile();
  await expect(alone).rejects.toMatchObject({ code: 'DOCUMENTS_SERVICE_MISSING' });
});

/** Where the links and files of a page are that was read at a path; an address that begins with `data:` is the file itself. */
function linksOf(page: string, path: string): string[] {
  return [...page.matchAll(/(?:href|src|data-document)="(?!data:)([^"#]+)"/g)].map(
    ([, url]) => new URL(url ?? '', `http://x${path}`).pathname,
  );
}
