import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Validator } from '@seriousme/openapi-schema-validator';
import { VirtualClock } from '@minos/common/testing';
import fc from 'fast-check';
import type { ServiceInstance } from '@minos/discovery';
import type { DocumentSource } from '../contracts/documents.js';
import { LiveRouteTables } from '../routes/live-route-tables.js';
import { resolveRoutes, type RouteOptions } from '../routes/route-options.js';
import { endpoint, instance, snapshot } from '../routes/routes-kit.js';
import { DocumentPages } from './document-pages.js';
import { resolveGatewayDocumentsOptions, type GatewayDocumentsOptions } from './documents.options.js';
import { GatewayDocuments } from './gateway-documents.js';
import { HttpDocumentSource } from './http-document-source.js';
import type { OpenApiDocument } from './open-api.js';

const ORDERS = {
  openapi: '3.0.0',
  info: { title: 'order', version: '1' },
  servers: [{ url: 'http://10.0.0.7:8084' }],
  security: [{ secret: [] }],
  paths: {
    '/orders/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
      get: {
        summary: 'One order',
        operationId: 'OrdersController_get',
        servers: [{ url: 'http://10.0.0.7:8084' }],
        tags: ['orders'],
        'x-internal': 'secret',
        responses: { 200: { description: 'It', content: { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } } } },
      },
      delete: { responses: { 204: { description: 'Gone' } } },
    },
    '/health/live': { get: { responses: { 200: { description: 'ok' } } } },
    '/unregistered': { get: { responses: { 200: { description: 'ok' } } } },
  },
  components: {
    schemas: {
      Order: {
        type: 'object',
        properties: {
          id: { type: 'string' },
          links: { $ref: '#/components/schemas/Link' },
          parent: { $ref: '#/components/schemas/Order' },
        },
        example: { security: 'kept', $ref: 'dropped' },
      },
      Link: { type: 'string' },
      Unused: { type: 'string' },
    },
    securitySchemes: { secret: { type: 'apiKey', in: 'query', name: 'key' } },
  },
};

class Documents implements DocumentSource {
  readonly read = jest.fn<Promise<Uint8Array>, Parameters<DocumentSource['read']>>((one) => this.answer(one));
  answers = new Map<string, unknown>();

  private async answer({ service }: ServiceInstance): Promise<Uint8Array> {
    const found = this.answers.get(service);
    if (found instanceof Error) throw found;
    if (found instanceof Promise) return found as Promise<Uint8Array>;
    return Buffer.from(typeof found === 'string' ? found : JSON.stringify(found));
  }
}

const ADMINS = { public: false, roles: ['admin'], permissions: ['orders.read'] };
let clock: VirtualClock;
let source: Documents;

beforeEach(() => {
  clock = new VirtualClock();
  source = new Documents();
  source.answers.set('order', ORDERS);
});

interface Setup {
  readonly instances?: readonly ServiceInstance[];
  readonly routes?: readonly RouteOptions[];
  readonly options?: GatewayDocumentsOptions;
}

function setUp({ instances = [], routes = [], options = {} }: Setup) {
  const tables = new LiveRouteTables({ clock, routes: resolveRoutes(routes) });
  const directory = { current: snapshot(...instances) };
  tables.update(directory.current);
  const noted = jest.fn();
  const settings = resolveGatewayDocumentsOptions(options, false);
  const documents = new GatewayDocuments({ clock, tables, directory, source, settings, noted });
  const set = (...next: readonly ServiceInstance[]): void => {
    directory.current = snapshot(...next);
    tables.update(directory.current);
  };
  return { documents, set, noted };
}

const order = instance('order/1', [endpoint('GET /orders/{id}', { access: ADMINS }), endpoint('POST /orders')]);

async function errorsOf(document: OpenApiDocument): Promise<unknown> {
  return (await new Validator().validate(JSON.parse(JSON.stringify(document)) as Record<string, unknown>)).errors;
}

describe('the merged document', () => {
  it('has the routes of the gateway and no others, with what their services say of them', async () => {
    const document = await setUp({ instances: [order] }).documents.document();
    expect(Object.keys(document.paths)).toEqual(['/orders', '/orders/{id}']);
    expect(document.paths['/orders/{id}']).toEqual({
      get: {
        summary: 'One order',
        operationId: 'order.GET_orders_id_',
        tags: ['order'],
        description: 'Who calls needs one of the roles `admin`, and the permissions `orders.read`.',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        responses: {
          200: { description: 'It', content: { 'application/json': { schema: { $ref: '#/components/schemas/order.Order' } } } },
        },
        security: [{ bearer: [] }],
      },
    });
    expect(document.paths['/orders']?.['post']).toMatchObject({ description: 'Whoever is authenticated may call it.', tags: ['order'] });
    expect(document.components).toEqual({
      schemas: {
        'order.Order': {
          type: 'object',
          properties: {
            id: { type: 'string' },
            links: { $ref: '#/components/schemas/order.Link' },
            parent: { $ref: '#/components/schemas/order.Order' },
          },
          example: { security: 'kept' },
        },
        'order.Link': { type: 'string' },
      },
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    });
    expect(document.servers).toEqual([{ url: '/' }]);
    expect(JSON.stringify(document)).not.toContain('10.0.0.7');
    expect(await errorsOf(document)).toBeUndefined();
  });

  it('keeps components of two services apart', async () => {
    source.answers.set('product', {
      openapi: '3.0.0',
      paths: {
        '/products': {
          get: { responses: { 200: { description: 'x', content: { a: { schema: { $ref: '#/components/schemas/Order' } } } } } },
        },
      },
      components: { schemas: { Order: { type: 'integer' } } },
    });
    const products = instance('product/1', [endpoint('GET /products', { access: { public: true, roles: [], permissions: [] } })]);
    const document = await setUp({ instances: [order, products] }).documents.document();
    expect(document.components['schemas']).toMatchObject({ 'order.Order': { type: 'object' }, 'product.Order': { type: 'integer' } });
    expect(document.paths['/products']?.['get']).toMatchObject({ security: [], description: 'Anybody may call it.' });
  });

  it('shows a rewritten route as the gateway has it', async () => {
    const routes = [{ path: '/api/bestellung/{number}', rewrite: '/orders/{number}', method: 'GET', service: 'order' }];
    const document = await setUp({ instances: [instance('order/1')], routes }).documents.document();
    expect(document.paths['/api/bestellung/{number}']?.['get']).toMatchObject({
      summary: 'One order',
      parameters: [{ name: 'number', in: 'path' }],
    });
    expect(await errorsOf(document)).toBeUndefined();
  });

  it('has one path of a shape, whatever services call its parameters, and one operation of an id', async () => {
    source.answers.set('notes', {
      openapi: '3.0.0',
      paths: {
        '/orders/{key}': { put: { parameters: [{ name: 'key', in: 'path', required: true, schema: { type: 'string' } }], responses: {} } },
      },
    });
    const notes = instance('notes/1', [
      endpoint('PUT /orders/{key}'),
      endpoint('GET /a/b'),
      endpoint('GET /a_b'),
      endpoint('GET /orders/{rest...}'),
    ]);
    const document = await setUp({ instances: [order, notes] }).documents.document();
    expect(Object.keys(document.paths)).toEqual(['/a/b', '/a_b', '/orders', '/orders/{id}']);
    expect(document.paths['/orders/{id}']).toMatchObject({
      get: { tags: ['order'] },
      put: { tags: ['notes'], parameters: [{ name: 'id', in: 'path', required: true }] },
    });
    expect(await errorsOf(document)).toBeUndefined();
    const ids = Object.values(document.paths).flatMap((item) => Object.values(item).map(({ operationId }) => operationId));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has only routes of a service without a document, and says so', async () => {
    source.answers.set('order', new Error('404'));
    const { documents, noted } = setUp({ instances: [order] });
    const document = await documents.document();
    expect(document.paths['/orders/{id}']?.['get']).toMatchObject({ parameters: [{ name: 'id', in: 'path', required: true }] });
    expect(document.tags).toEqual([{ name: 'order', description: 'Its document cannot be read: only its routes are known.' }]);
    expect(await errorsOf(document)).toBeUndefined();
    expect(noted).toHaveBeenCalledTimes(1);
  });
});

describe('documents of services', () => {
  it('are read once for a release, whoever asks', async () => {
    const { documents, set } = setUp({ instances: [order, { ...order, instance: 'order/2' }] });
    const [first, same] = await Promise.all([documents.document(), documents.document()]);
    expect(same).toBe(first);
    expect(await documents.document()).toBe(first);
    expect(source.read).toHaveBeenCalledTimes(1);
    set({ ...order, instance: 'order/3', version: '2' }, order);
    expect(await documents.document()).not.toBe(first);
    expect(source.read.mock.calls.map(([{ version }]) => version)).toEqual(['1', '2']);
  });

  it('are read again where routes change, or after a while', async () => {
    const { documents, set } = setUp({ instances: [order] });
    await documents.document();
    set({ ...order, endpoints: [...order.endpoints, endpoint('DELETE /orders/{id}')] });
    expect((await documents.document()).paths['/orders/{id}']).toHaveProperty('delete');
    await clock.advance(5 * 60_000);
    await documents.document();
    expect(source.read).toHaveBeenCalledTimes(3);
  });

  it('stay as they were while a service is away, with a mark, and it is not asked all the time', async () => {
    const { documents, set, noted } = setUp({ instances: [order] });
    await documents.document();
    set();
    await clock.advance(5 * 60_000);
    const away = await documents.document();
    expect(away.paths['/orders/{id}']?.['get']).toMatchObject({ summary: 'One order' });
    expect(away.tags).toEqual([{ name: 'order', description: 'Away since 2026-01-01T00:05:00.000Z: this is how it was before.' }]);
    set(order);
    await clock.advance(9_999);
    expect(await documents.document()).toBe(away);
    await clock.advance(1);
    expect((await documents.document()).tags).toEqual([{ name: 'order' }]);
    expect(noted).toHaveBeenCalledTimes(1);
  });

  it('that do not come in time are left out', async () => {
    source.answers.set('order', new Promise(() => undefined));
    const { documents } = setUp({ instances: [order] });
    const asked = documents.document();
    await clock.advance(2_000);
    expect((await asked).tags[0]?.description).toContain('cannot be read');
    expect(source.read.mock.calls[0]?.[1].signal.aborted).toBe(true);
    expect(clock.sleeping).toBe(0);
  });

  it.each([
    ['too large', { options: { mostBytes: 100 } }],
    ['too large together', { options: { mostBytesInAll: 100 } }],
  ])('that are %s are left out', async (_, setup) => {
    const document = await setUp({ instances: [order], ...setup }).documents.document();
    expect(document.tags[0]?.description).toContain('cannot be read');
  });
});

describe('a hostile document', () => {
  const operation = (more: object): object => ({ openapi: '3.0.0', paths: { '/orders/{id}': { get: more } }, components: {} });
  const merged = async (answer: unknown): Promise<OpenApiDocument> => {
    source.answers.set('order', answer);
    return setUp({ instances: [order] }).documents.document();
  };

  it.each([
    ['no JSON', '<html>'],
    ['nothing', ''],
    ['a text', '"3.0.0"'],
    ['another version', { swagger: '2.0', paths: {} }],
    ['deep', `{"openapi":"3.0.0","paths":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`],
    ['a prototype', '{"openapi":"3.0.0","paths":{},"__proto__":{"polluted":true}}'],
  ])('that is %s is as good as none', async (_, answer) => {
    expect((await merged(answer)).tags[0]?.description).toContain('cannot be read');
    expect({}).not.toHaveProperty('polluted');
  });

  it.each([
    ['paths', { openapi: '3.0.0', paths: [] }],
    ['a path', { openapi: '3.0.0', paths: { '/orders/{id}': 7 } }],
    ['an operation', { openapi: '3.0.0', paths: { '/orders/{id}': { get: 'x' } } }],
    ['everything in it', operation({ summary: 7, description: {}, parameters: 'x', requestBody: [], responses: null, deprecated: 'no' })],
    ['parameters', operation({ parameters: [null, 7, 'x', []] })],
    ['components', { ...operation({ responses: { 200: { $ref: '#/components/responses/x' } } }), components: { responses: { x: 7 } } }],
    ['references', operation({ responses: { 200: { $ref: 7 }, 201: { $ref: { a: 1 } }, 202: { $ref: '#/components/schemas/%E0%A4%A' } } })],
  ])('with a wrong type for %s is read for the rest', async (_, answer) => {
    const document = await merged(answer);
    expect(document.paths['/orders/{id}']?.['get']).toMatchObject({ tags: ['order'], security: [{ bearer: [] }] });
  });

  it('cannot write over what the gateway says: who may call, servers, operations of others', async () => {
    const document = await merged({
      ...operation({ security: [], servers: [{ url: 'http://evil.test' }], operationId: 'x', tags: ['product'], callbacks: { a: {} } }),
      servers: [{ url: 'http://evil.test' }],
      tags: [{ name: 'product', externalDocs: { url: 'http://evil.test' } }],
      components: { securitySchemes: { bearer: { type: 'oauth2', flows: { implicit: { authorizationUrl: 'http://evil.test' } } } } },
    });
    expect(JSON.stringify(document)).not.toContain('evil');
    expect(document.paths['/orders/{id}']?.['get']).toMatchObject({ security: [{ bearer: [] }], tags: ['order'] });
  });

  it('has no links with scripts, and none that lead out by references', async () => {
    const link = '[x](JavaScript:alert(1)) <a href="vbscript :x">';
    const refs = ['http://evil.test/a.json', '../a.json', '#/paths/~1a', '#/components/securitySchemes/bearer', 'file:///etc/passwd'];
    const document = await merged(
      operation({
        summary: link,
        description: link,
        responses: { 200: { description: link, content: { a: { schema: { anyOf: refs.map(($ref) => ({ $ref })) } } } } },
      }),
    );
    expect(JSON.stringify(document)).not.toMatch(/(java|vb)script\s*:|evil|passwd|~1a/i);
  });

  it('that goes in circles ends', async () => {
    const answer = {
      ...operation({
        responses: { 200: { $ref: '#/components/responses/A' } },
        requestBody: { content: { a: { schema: { $ref: '#/components/schemas/A' } } } },
      }),
      components: {
        responses: { A: { $ref: '#/components/responses/B' }, B: { $ref: '#/components/responses/A' } },
        schemas: {
          A: { items: { $ref: '#/components/schemas/B' } },
          B: { anyOf: [{ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B' }] },
        },
      },
    };
    const document = await merged(answer);
    expect(document.components['schemas']).toEqual({
      'order.A': { items: { $ref: '#/components/schemas/order.B' } },
      'order.B': { anyOf: [{ $ref: '#/components/schemas/order.A' }, { $ref: '#/components/schemas/order.B' }] },
    });
    expect(document.paths['/orders/{id}']?.['get']).toMatchObject({ responses: { 200: {} } });
  });

  it('of any form breaks nothing, and every reference leads somewhere', async () => {
    const names = fc.constantFrom('A', 'B', '__x', 'toString', 'a/b', 'c d');
    const ref = names.map((name) => ({ $ref: `#/components/schemas/${name.replace('/', '~1')}` }));
    const key = fc.oneof(
      fc.constantFrom('properties', 'items', 'anyOf', '$ref', 'responses', 'content', 'schema', 'parameters', 'in', 'name'),
      names,
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.jsonValue({ maxDepth: 1 }),
        ref,
        fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
        fc.array(tie('tree'), { maxLength: 3 }),
      ),
    }));
    const document = fc.record({
      openapi: fc.constant('3.0.0'),
      paths: fc.record({
        '/orders/{id}': fc.record({ get: fc.oneof(tree, fc.record({ responses: fc.dictionary(key, tree), parameters: fc.array(tree) })) }),
      }),
      components: fc.oneof(tree, fc.record({ schemas: fc.dictionary(names, tree) })),
    });
    await fc.assert(
      fc.asyncProperty(document, async (answer) => {
        const made = await merged(JSON.stringify(answer));
        const schemas = made.components['schemas'] ?? {};
        for (const [, name] of JSON.stringify(made.paths).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g))
          expect(Object.hasOwn(schemas, name ?? '')).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the pages', () => {
  const pages = new DocumentPages({ document: async () => ({ openapi: '3.0.3' }) as OpenApiDocument });

  it('let nothing in that they do not bring along', async () => {
    const page = await pages.answer(['docs']);
    expect(page?.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page?.headers['content-security-policy']).not.toContain("script-src 'self' 'unsafe");
    expect(page?.body).toContain('<link rel="icon" href="data:," />');
    expect(page?.body).not.toMatch(/<script>|\son\w+=|https?:/);
    for (const [, path = ''] of (page?.body as string).matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
      const answer = await pages.answer(path.slice(1).split('/'));
      expect(answer?.status).toBe(200);
      if (typeof answer?.body === 'object') answer.body.destroy();
    }
  });

  it('have the document as data', async () => {
    expect(await pages.answer(['docs', 'openapi.json'])).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' },
      body: '{"openapi":"3.0.3"}',
    });
  });

  it.each([
    [['docs', 'x']],
    [['docs', 'assets', '..']],
    [['docs', 'assets', 'package.json']],
    [['docs', 'assets', 'a', 'b']],
    [['orders']],
  ])('are not at %j', async (segments) => {
    expect(await pages.answer(segments)).toBeUndefined();
  });
});

describe('over HTTP', () => {
  let server: Server | undefined;

  const at = async (listener: RequestListener): Promise<ServiceInstance> => {
    server = createServer(listener);
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    return { ...order, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  };

  afterEach(async () => {
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
  });

  const read = (one: ServiceInstance, signal = new AbortController().signal): Promise<Uint8Array> =>
    new HttpDocumentSource({ path: '/docs/openapi.json', authorization: (service) => `Bearer of ${service}` }).read(one, {
      mostBytes: 1_000,
      signal,
    });

  it('are read with the credential of the service', async () => {
    const one = await at((request, response) => {
      response.setHeader('Content-Type', 'application/json; charset=utf-8');
      response.end(JSON.stringify([request.url, request.headers.authorization]));
    });
    expect(Buffer.from(await read(one)).toString()).toBe('["/docs/openapi.json","Bearer of order"]');
  });

  it.each<[string, RequestListener, string]>([
    ['another status', (_, response) => response.writeHead(404).end(), 'answered with 404'],
    ['a redirect', (_, response) => response.writeHead(302, { Location: 'http://169.254.169.254/' }).end(), 'answered with 302'],
    ['no JSON', (_, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('{}'), 'no JSON'],
    [
      'no end',
      (_, response) => {
        response.writeHead(200, { 'Content-Type': 'application/json' });
        const more = (): void => void response.write('x'.repeat(500), () => response.destroyed || setImmediate(more));
        more();
      },
      'larger than 1000 bytes',
    ],
  ])('are refused with %s', async (_, listener, message) => {
    await expect(read(await at(listener))).rejects.toThrow(message);
  });

  it('are given up when nobody waits any more', async () => {
    const waiting = new AbortController();
    const one = await at(() => waiting.abort(new Error('over')));
    await expect(read(one, waiting.signal)).rejects.toThrow('over');
  });
});
