import type { TestingHttp } from '@minos/nest/testing';
import { type Login, WholeShop } from './whole-shop.js';

jest.setTimeout(600_000);

type Json = Readonly<Record<string, unknown>>;

/** What is read of the document of the gateway. */
interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
}

/** What the page of the gateway fills in for "Try it out": the first example, or one that is put together of those of the fields. */
function exampleOf(document: OpenApiDocument, path: string, name?: string): unknown {
  const operation = document.paths[path]?.['post'];
  const { content } = operation?.['requestBody'] as { readonly content: Readonly<Record<string, Json>> };
  const { examples = {}, schema } = content['application/json'] as { examples?: Readonly<Record<string, Json>>; schema: Json };
  const [first] = name === undefined ? Object.values(examples) : [examples[name]];
  return first === undefined ? composed(document, schema, path) : first['value'];
}

function composed(document: OpenApiDocument, schema: Json, where: string): unknown {
  const { $ref, allOf, example, properties, type, items } = schema as {
    $ref?: string;
    allOf?: Json[];
    example?: unknown;
    properties?: object;
    type?: string;
    items?: Json;
  };
  if (example !== undefined) return example;
  if ($ref !== undefined) return composed(document, document.components.schemas[$ref.split('/').pop() ?? ''] as Json, where);
  if (allOf?.[0] !== undefined) return composed(document, allOf[0], where);
  if (type === 'array') return [composed(document, items ?? {}, `${where}[]`)];
  if (properties === undefined) throw new Error(`${where} has no example`);
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, composed(document, value as Json, `${where}.${key}`)]));
}

const documentOf = async (http: TestingHttp): Promise<OpenApiDocument> => (await http.get<OpenApiDocument>('/docs/openapi.json')).body;

describe('the examples of the page of the API', () => {
  let shop: WholeShop;

  beforeAll(async () => {
    shop = await WholeShop.start();
  });

  afterAll(() => shop?.close());

  it('work as they stand, one after the other: the admin adds a product, somebody registers, logs in and buys it', async () => {
    const document = await documentOf(shop.nobody);
    const admin = await shop.admin();
    expect((await admin.post('/products', exampleOf(document, '/products'))).status).toBe(201);
    expect((await admin.post('/products/teapot/stock', exampleOf(document, '/products/{sku}/stock'))).status).toBe(200);
    const login = exampleOf(document, '/auth/register') as Login;
    expect(exampleOf(document, '/auth/login')).toEqual(login);
    const customer = await shop.register(login);
    expect((await customer.post('/accounts', exampleOf(document, '/accounts'))).status).toBe(201);
    expect((await customer.post(`/accounts/${customer.id}/deposits`, exampleOf(document, '/accounts/{id}/deposits'))).status).toBe(200);
    const order = await customer.order(exampleOf(document, '/orders'));
    expect(order).toMatchObject({ status: 201, body: { status: 'confirmed' } });
  });

  it('work without logins as well, where the account is named', async () => {
    const document = await documentOf(shop.nobody);
    const admin = await shop.admin();
    const account = exampleOf(document, '/accounts', 'without logins') as { readonly accountId: string };
    expect((await admin.post('/accounts', account)).status).toBe(201);
    await admin.post(`/accounts/${account.accountId}/deposits`, exampleOf(document, '/accounts/{id}/deposits'));
    const placed = exampleOf(document, '/orders', 'without logins, where the account has to be named');
    expect(await admin.order(placed)).toMatchObject({ status: 201, body: { status: 'confirmed' } });
  });
});
