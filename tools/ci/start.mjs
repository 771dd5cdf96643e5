// @ts-check
// `npm start` as a person runs it, with two processes of a service: wait until the gateway is ready, log in, add a product as the admin and order it as a customer, run the demo, end it with Ctrl-C.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { HttpClient } from '../demo/http-client.mjs';
import { people } from '../demo/people.mjs';
import { SERVICES } from '../start/services.mjs';

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

/** @typedef {import('../demo/people.mjs').Requester} Requester */

/**
 * @param {{ status: number, body: any }} answer
 * @param {number} expected
 * @param {string} what
 */
function demand(answer, expected, what) {
  if (answer.status !== expected) throw new Error(`${what} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** @param {Requester} admin */
async function addProduct(admin) {
  const product = { sku: `tea-${Date.now()}`, title: 'Tea', price: 450, onHand: 3 };
  const added = await admin.post('/products', product);
  demand(added, 201, 'POST /products');
  const newer = { 'minos-consistency': added.headers['minos-consistency'] ?? '' };
  const listed = await admin.get('/products?limit=200', newer);
  const found = listed.body.items.find((/** @type {{ sku: string }} */ item) => item.sku === product.sku);
  if (found?.available !== 3) throw new Error(`GET /products: ${JSON.stringify(listed.body)}`);
  console.log(`product ${product.sku}: ${found.available} available`);
  return product.sku;
}

/** @param {Requester} customer */
async function openAndPayIn(customer) {
  const { accountId } = demand(await customer.post('/accounts', { limit: 50_000 }), 201, 'POST /accounts');
  const paid = demand(await customer.post(`/accounts/${accountId}/deposits`, { amount: 10_000 }), 200, 'a deposit');
  if (paid.balance !== 10_000 || paid.held !== 0) throw new Error(`POST /accounts/${accountId}/deposits: ${JSON.stringify(paid)}`);
  console.log(`account ${accountId}: ${paid.balance} cents`);
}

/**
 * @param {Requester} customer
 * @param {string} sku
 */
async function order(customer, sku) {
  const lines = [{ sku, quantity: 2 }];
  const { orderId } = demand(await customer.post('/orders', { lines }, { 'idempotency-key': `ci-${Date.now()}` }), 202, 'POST /orders');
  const read = async () => (await customer.get(`/orders/${orderId}`)).body;
  await until(`order ${orderId} to be confirmed`, CONFIRMED_MS, async () => (await read()).status === 'confirmed');
  const found = await read();
  if (found.total !== 900 || JSON.stringify(found.lines) !== JSON.stringify(lines))
    throw new Error(`GET /orders/${orderId}: ${JSON.stringify(found)}`);
  console.log(`order ${orderId}: ${found.status}, version ${found.version}`);
  return orderId;
}

/** @param {string} base */
async function shopOnce(base) {
  const client = new HttpClient(base, 4);
  try {
    demand(await client.get('/orders'), 401, 'GET /orders of nobody');
    const { admin, shoppers } = await people(client, 2);
    const [customer, other] = shoppers;
    if (customer === undefined || other === undefined) throw new Error('no customers');
    const sku = await addProduct(admin);
    demand(await customer.post('/products', { sku: 'mine', title: 'Mine', price: 1, onHand: 1 }), 403, 'POST /products of a customer');
    await openAndPayIn(customer);
    const orderId = await order(customer, sku);
    demand(await other.get(`/orders/${orderId}`), 404, 'the order of somebody else');
    await until('the pieces to be sold', CONFIRMED_MS, async () => {
      const { onHand, reserved, sold } = (await customer.get(`/products/${sku}`)).body;
      return onHand === 1 && reserved === 0 && sold === 2;
    });
  } finally {
    client.close();
  }
}

/** @param {NodeJS.ProcessEnv} env */
async function demo(env) {
  const child = spawn('npm', ['run', 'demo', '--', '--orders', '200'], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`npm run demo ended with ${code}`);
}

async function main() {
  const env = { ...process.env };
  const bases = [];
  for (const { portVariable } of SERVICES) {
    const port = await freePort();
    env[portVariable] = String(port);
    bases.push(`http://127.0.0.1:${port}`);
  }
  const gateway = bases[SERVICES.findIndex(({ name }) => name === 'gateway')] ?? '';
  // A group of its own: Ctrl-C in a terminal goes to every process of the group.
  const shop = spawn('npm', ['start', '--', '--scale', 'order=2'], { env, detached: true, stdio: ['ignore', 'inherit', 'inherit'] });
  const ended = once(shop, 'exit');
  const signal = (/** @type {NodeJS.Signals} */ name) => shop.pid !== undefined && shop.exitCode === null && process.kill(-shop.pid, name);
  try {
    await Promise.race([
      until(`${gateway}/health/ready`, READY_MS, async () => (await fetch(`${gateway}/health/ready`)).ok),
      ended.then(([code]) => Promise.reject(new Error(`npm start ended with ${code} before it was ready`))),
    ]);
    await shopOnce(gateway);
    await demo(env);
    signal('SIGINT');
    await until('the end after Ctrl-C', END_MS, async () => shop.exitCode !== null || shop.signalCode !== null);
    for (const one of bases)
      await until('a closed port', END_MS, () =>
        fetch(`${one}/health/live`).then(
          () => false,
          () => true,
        ),
      );
    console.log('started, served and stopped');
  } finally {
    if (shop.exitCode === null && shop.signalCode === null) signal('SIGKILL');
  }
}

await main();
