import { fastifyFrameworkErrors } from '@minos/nest';
import { createTestingApp, type TestingApp } from '@minos/nest/testing';
import type { Type } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { OrderModule } from '../../apps/order/src/order.module.js';
import { PaymentModule } from '../../apps/payment/src/payment.module.js';
import { ProductModule } from '../../apps/product/src/product.module.js';

/** A service, one of its collections, and a member of it that is not there. */
const SERVICES: readonly (readonly [name: string, module: Type, collection: string, missing: string])[] = [
  ['order', OrderModule, '/orders', '/orders/0190c8a0-0000-7000-8000-000000000001'],
  ['payment', PaymentModule, '/accounts', '/accounts/0190c8a0-0000-7000-8000-000000000001'],
  ['product', ProductModule, '/products', '/products/nothing'],
];
const ADAPTERS = ['express', 'fastify'] as const;
const JSON_TYPE = { 'content-type': 'application/json' };
const LARGE = 'x'.repeat(1024 * 1024);

interface Case {
  readonly what: string;
  readonly method?: string;
  /** @default the collection */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly status: number;
  readonly code: string;
}

const CASES: readonly Case[] = [
  { what: 'a path that is no route', method: 'GET', path: '/nowhere', status: 404, code: 'HTTP_NOT_FOUND' },
  { what: 'a method that is no route', method: 'DELETE', status: 404, code: 'HTTP_NOT_FOUND' },
  { what: 'half of a document', body: '{"x":', status: 400, code: 'PAYLOAD_REFUSED' },
  { what: 'a body that does not fit', body: '{"x":1}', status: 400, code: 'VALIDATION_FAILED' },
  { what: 'no object', body: '[]', status: 400, code: 'VALIDATION_FAILED' },
  { what: 'a body that is too large', body: JSON.stringify({ x: LARGE }), status: 413, code: 'PAYLOAD_REFUSED' },
  {
    what: 'a compressed body',
    headers: { ...JSON_TYPE, 'content-encoding': 'gzip' },
    body: '{}',
    status: 415,
    code: 'HTTP_UNSUPPORTED_MEDIA_TYPE',
  },
  {
    what: 'another character set',
    headers: { 'content-type': 'application/json; charset=utf-16' },
    body: '{}',
    status: 415,
    code: 'HTTP_UNSUPPORTED_MEDIA_TYPE',
  },
  {
    what: 'a key that is none',
    headers: { ...JSON_TYPE, 'idempotency-key': 'x'.repeat(300) },
    body: '{}',
    status: 400,
    code: 'IDEMPOTENCY_KEY_INVALID',
  },
];

const KINDS = SERVICES.flatMap(([name, module, collection, missing]) =>
  ADAPTERS.map((adapter) => ({ name, module, collection, missing, adapter })),
);

describe.each(KINDS)('what $name refuses, on $adapter,', ({ module, collection, missing, adapter }) => {
  let service: TestingApp;

  beforeAll(async () => {
    service = await createTestingApp(
      module,
      adapter === 'fastify' ? { adapter: new FastifyAdapter({ frameworkErrors: fastifyFrameworkErrors }) } : {},
    );
  });

  afterAll(() => service.close());

  /** Every answer has the correlation id of its request. */
  const ask = async (path: string, init: RequestInit): Promise<{ readonly type: string | null; readonly body: unknown }> => {
    const response = await fetch(`${service.http.url}${path}`, { ...init, headers: { ...init.headers, 'x-correlation-id': 'c-1' } });
    expect(response.headers.get('x-correlation-id')).toBe('c-1');
    return { type: response.headers.get('content-type'), body: await response.json() };
  };

  it.each(CASES)('has a code: $what', async ({ method = 'POST', path = collection, headers = JSON_TYPE, body, status, code }) => {
    const { type, body: problem } = await ask(path, { method, ...(body !== undefined && { headers, body }) });
    expect(problem).toMatchObject({ type: 'about:blank', title: expect.any(String), status, detail: expect.any(String), code });
    expect(type).toMatch(/^application\/problem\+json/);
  });

  it('has a code: a path that cannot be decoded', async () => {
    const { type, body } = await ask(`${collection}/%E0%A4%A`, {});
    expect(body).toMatchObject({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      detail: expect.any(String),
      code: 'HTTP_BAD_REQUEST',
    });
    expect(type).toMatch(/^application\/problem\+json/);
  });

  it('has a correlation id where the client sends none', async () => {
    for (const path of [`${collection}/%E0%A4%A`, '/nowhere'])
      expect((await fetch(`${service.http.url}${path}`)).headers.get('x-correlation-id')).toMatch(/^[\w-]{36}$/);
  });

  it('has a code: a member that is not there', async () => {
    expect((await ask(missing, {})).body).toMatchObject({ status: 404, code: expect.stringMatching(/^[\w.-]+$/) });
  });
});
