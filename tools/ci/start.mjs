// @ts-check
// `npm start` as a person runs it: wait until all is ready, add a product, open an account, order and see it confirmed and sold, run the demo, end it with Ctrl-C.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

const READY_MS = 180_000;
const END_MS = 30_000;
const CONFIRMED_MS = 30_000;

/** @returns {Promise<number>} a port that nobody listens on */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/**
 * @param {string} what
 * @param {number} withinMs
 * @param {() => Promise<boolean>} condition
 */
async function until(what, withinMs, condition) {
  const deadline = Date.now() + withinMs;
  while (!(await condition().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** @param {string} base */
async function addAndRead(base) {
  const headers = { 'content-type': 'application/json' };
  const product = { sku: `tea-${Date.now()}`, title: 'Tea', price: 450, onHand: 3 };
  const added = await fetch(`${base}/products`, { method: 'POST', headers, body: JSON.stringify(product) });
  if (added.status !== 201) throw new Error(`POST /products answered ${added.status}: ${await added.text()}`);
  const newer = { 'minos-consistency': added.headers.get('minos-consistency') ?? '' };
  const listed = await (await fetch(`${base}/products?limit=200`, { headers: newer })).json();
  const found = listed.items.find((/** @type {{ sku: string }} */ item) => item.sku === product.sku);
  if (found?.available !== 3) throw new Error(`GET /products: ${JSON.stringify(listed)}`);
  console.log(`product ${product.sku}: ${found.available} available`);
  return product.sku;
}

/** @param {string} base */
async function openAndPayIn(base) {
  const post = (/** @type {string} */ path, /** @type {object} */ body) =>
    fetch(`${base}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const opened = await post('/accounts', { limit: 50_000 });
  if (opened.status !== 201) throw new Error(`POST /accounts answered ${opened.status}: ${await opened.text()}`);
  const { accountId } = await opened.json();
  const paid = await (await post(`/accounts/${accountId}/deposits`, { amount: 10_000 })).json();
  if (paid.balance !== 10_000 || paid.held !== 0) throw new Error(`POST /accounts/${accountId}/deposits: ${JSON.stringify(paid)}`);
  console.log(`account ${accountId}: ${paid.balance} cents`);
  return accountId;
}

/**
 * @param {string} base
 * @param {{ sku: string, accountId: string }} order
 */
async function placeAndRead(base, { sku, accountId }) {
  const lines = [{ sku, quantity: 2 }];
  const body = JSON.stringify({ accountId, lines });
  const placed = await fetch(`${base}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': `ci-${Date.now()}` },
    body,
  });
  if (placed.status !== 202) throw new Error(`POST /orders answered ${placed.status}: ${await placed.text()}`);
  const { orderId } = await placed.json();
  const read = async () => (await fetch(`${base}/orders/${orderId}`)).json();
  await until(`order ${orderId} to be confirmed`, CONFIRMED_MS, async () => (await read()).status === 'confirmed');
  const order = await read();
  if (order.total !== 900 || JSON.stringify(order.lines) !== JSON.stringify(lines))
    throw new Error(`GET /orders/${orderId}: ${JSON.stringify(order)}`);
  console.log(`order ${orderId}: ${order.status}, version ${order.version}`);
}

/** @param {NodeJS.ProcessEnv} env */
async function demo(env) {
  const child = spawn('npm', ['run', 'demo', '--', '--orders', '200'], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`npm run demo ended with ${code}`);
}

async function main() {
  const [port, productPort, paymentPort] = [await freePort(), await freePort(), await freePort()];
  const base = `http://127.0.0.1:${port}`;
  const productBase = `http://127.0.0.1:${productPort}`;
  const paymentBase = `http://127.0.0.1:${paymentPort}`;
  const bases = [productBase, paymentBase, base];
  const env = { ...process.env, ORDER_PORT: String(port), PRODUCT_PORT: String(productPort), PAYMENT_PORT: String(paymentPort) };
  // A group of its own: Ctrl-C in a terminal goes to every process of the group.
  const service = spawn('npm', ['start'], { env, detached: true, stdio: ['ignore', 'inherit', 'inherit'] });
  const ended = once(service, 'exit');
  const signal = (/** @type {NodeJS.Signals} */ name) =>
    service.pid !== undefined && service.exitCode === null && process.kill(-service.pid, name);
  try {
    await Promise.race([
      Promise.all(bases.map((one) => until(`${one}/health/ready`, READY_MS, async () => (await fetch(`${one}/health/ready`)).ok))),
      ended.then(([code]) => Promise.reject(new Error(`npm start ended with ${code} before it was ready`))),
    ]);
    const sku = await addAndRead(productBase);
    const accountId = await openAndPayIn(paymentBase);
    await placeAndRead(base, { sku, accountId });
    await until('the pieces to be sold', CONFIRMED_MS, async () => {
      const { onHand, reserved, sold } = await (await fetch(`${productBase}/products/${sku}`)).json();
      return onHand === 1 && reserved === 0 && sold === 2;
    });
    await demo(env);
    signal('SIGINT');
    await until('the end after Ctrl-C', END_MS, async () => service.exitCode !== null || service.signalCode !== null);
    for (const one of bases)
      await until('a closed port', END_MS, () =>
        fetch(`${one}/health/live`).then(
          () => false,
          () => true,
        ),
      );
    console.log('started, served and stopped');
  } finally {
    if (service.exitCode === null && service.signalCode === null) signal('SIGKILL');
  }
}

await main();
