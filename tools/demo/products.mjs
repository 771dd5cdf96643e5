/** What the demo sells. */
const PRODUCTS = [
  { sku: 'mug-blue', title: 'Mug, blue', price: 1250 },
  { sku: 'mug-red', title: 'Mug, red', price: 1250 },
  { sku: 'poster-a2', title: 'Poster, A2', price: 1900 },
  { sku: 'notebook', title: 'Notebook', price: 690 },
  { sku: 'pen-black', title: 'Pen, black', price: 240 },
  { sku: 'bag-canvas', title: 'Bag, canvas', price: 1590 },
];
/** There are few pieces of it, so that orders for more of it must be rejected. */
const SCARCE = { sku: 'print-signed', title: 'Print, signed', price: 9500 };
/** Nobody of the demo buys it: it is the product of the examples of the page of the API, and of the README. */
const OF_THE_EXAMPLES = { sku: 'teapot', title: 'Teapot', price: 3400 };
const ON_HAND = 1_000_000;
const FEW = 10;

export const SKUS = PRODUCTS.map(({ sku }) => sku);
export const SCARCE_SKU = SCARCE.sku;

const ALL_SKUS = [...SKUS, SCARCE_SKU];

/** Makes the products that are not there yet, and sees to it that there are few pieces of the scarce one. */
export async function fillCatalogue(client) {
  const counts = { created: 0, found: 0 };
  for (const product of [...PRODUCTS, SCARCE, OF_THE_EXAMPLES]) {
    const { status, body } = await client.post('/products', { ...product, onHand: product === SCARCE ? FEW : ON_HAND });
    if (status !== 201 && status !== 409) throw new Error(`POST /products answered ${status}: ${JSON.stringify(body)}`);
    counts[status === 201 ? 'created' : 'found']++;
  }
  const { available } = await readProduct(client, SCARCE_SKU);
  const delta = FEW - available;
  if (delta !== 0) await client.post(`/products/${SCARCE_SKU}/stock`, { delta });
  return counts;
}

/** The stock of every product, by sku. */
export async function readStock(client) {
  const stock = new Map();
  for (const sku of ALL_SKUS) stock.set(sku, await readProduct(client, sku));
  return stock;
}

/** The skus of the list of products, page by page. */
export async function listedSkus(client) {
  const skus = new Set();
  for (let after = ''; after !== null;) {
    const { body } = await client.get(`/products?limit=200&after=${encodeURIComponent(after)}`);
    for (const { sku } of body.items) skus.add(sku);
    after = body.next;
  }
  return skus;
}

async function readProduct(client, sku) {
  const { status, body } = await client.get(`/products/${sku}`);
  if (status !== 200) throw new Error(`GET /products/${sku} answered ${status}: ${JSON.stringify(body)}`);
  return body;
}
