/** What the demo sells. */
const PRODUCTS = [
  { sku: 'mug-blue', title: 'Mug, blue', price: 1250 },
  { sku: 'mug-red', title: 'Mug, red', price: 1250 },
  { sku: 'poster-a2', title: 'Poster, A2', price: 1900 },
  { sku: 'notebook', title: 'Notebook', price: 690 },
  { sku: 'pen-black', title: 'Pen, black', price: 240 },
  { sku: 'bag-canvas', title: 'Bag, canvas', price: 1590 },
];
const ON_HAND = 1_000_000;

export const SKUS = PRODUCTS.map(({ sku }) => sku);

/** Makes the products that are not there yet. */
export async function fillCatalogue(client) {
  const counts = { created: 0, found: 0 };
  for (const product of PRODUCTS) {
    const { status, body } = await client.post('/products', { ...product, onHand: ON_HAND });
    if (status !== 201 && status !== 409) throw new Error(`POST /products answered ${status}: ${JSON.stringify(body)}`);
    counts[status === 201 ? 'created' : 'found']++;
  }
  return counts;
}

/** Reads the products and the list of them back. Resolves with what is not as it must be. */
export async function readCatalogue(client) {
  const listed = await skusOfList(client);
  const wrong = [];
  for (const sku of SKUS) {
    const { status, body } = await client.get(`/products/${sku}`);
    const { onHand, reserved, available } = body;
    const right = status === 200 && reserved >= 0 && reserved <= onHand && available === onHand - reserved;
    if (!right || !listed.has(sku)) wrong.push(`${sku}: ${status} ${JSON.stringify(body)}${listed.has(sku) ? '' : ', not in the list'}`);
  }
  return { read: SKUS.length, right: SKUS.length - wrong.length, wrong };
}

async function skusOfList(client) {
  const skus = new Set();
  for (let after = ''; after !== null;) {
    const { body } = await client.get(`/products?limit=200&after=${encodeURIComponent(after)}`);
    for (const { sku } of body.items) skus.add(sku);
    after = body.next;
  }
  return skus;
}
