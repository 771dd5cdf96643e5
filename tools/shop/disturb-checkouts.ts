import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { AwakeTime, until } from '@minos/common/testing';
import { TestingHttp } from '@minos/nest/testing';
import { Client } from 'pg';
import { scratchServer } from '../testing/scratch-server.js';
import { freePort, startService } from '../testing/service-process.js';
import { type App, APPS, type Disturbance, type Ground, type Shop } from './disturbances.js';
import { openAccount } from './open-account.js';

/** What all orders are for, and what those are for that are placed behind them. */
const [SKU, OTHER_SKU] = ['mug', 'bowl'];
const PRICE = 1_250;
const ACCOUNTS = 8;
/** Enough for every order of a run. */
const DEPOSIT = 1_000_000_000;
/** A payment that was taken, and a piece that was given back, are none any more: where all orders were confirmed or all rejected there is one of them. */
const FORGERIES = {
  payment: `update minos.events set data = (data::jsonb || '{"amount": 1}')::text::json where (stream, version) = (
    select stream, version from minos.events where type = 'money.captured' limit 1)`,
  product: `update minos.events set data = (data::jsonb || '{"quantity": 1000}')::text::json where (stream, version) = (
    select stream, version from minos.events where type = 'stock.released' and stream like 'product-%' limit 1)`,
};
const ENDS = `('order.confirmed', 'order.rejected', 'order.cancelled')`;
const ENDED = `select least(
  (select count(*) from minos.sagas where ended_at is not null),
  (select count(*) from minos.events where type in ${ENDS}))::int as ended`;
const END_OF_ONE = `select type from minos.events where stream = $1 and type in ${ENDS}`;
const LOOK_MS = 250;
const ANSWER_MS = 15_000;
const INSIST_MS = 300_000;
const ONE_ORDER_MS = 120_000;
const CALM_ORDERS = 5;

export interface DisturbedCheckoutsOptions {
  /** Orders, all under way at the same time. */
  readonly checkouts: number;
  readonly disturb: Disturbance;
  /** Behind the last disturbance: how long no order may come to its end before those that are open count as hanging. */
  readonly stillMs: number;
  /** Of the broker; PostgreSQL where it is left out. */
  readonly kafka?: string;
  /** Pieces that are there: some orders are to be rejected. */
  readonly onHand: number;
}

/** What the checker says of the databases: it is a program of its own. */
export interface ShopVerdict {
  readonly orders: number;
  readonly confirmed: number;
  readonly rejected: number;
  readonly cancelled: number;
  readonly open: number;
  readonly liveSagas: number;
  readonly parkedSagas: number;
  readonly faults: readonly string[];
}

export interface DisturbedCheckoutsReport {
  readonly verdict: ShopVerdict;
  /** What the checker says once stored events are forged: it has to notice. */
  readonly control: ShopVerdict;
  readonly disturbances: number;
  /** From the last of them until every saga had ended; the whole wait where one has not. */
  readonly endedMs: number;
}

/** Places all orders at once, and lets something go wrong meanwhile. */
export async function disturbCheckouts(options: DisturbedCheckoutsOptions): Promise<DisturbedCheckoutsReport> {
  const server = await scratchServer();
  const ports = { order: await freePort(), product: await freePort(), payment: await freePort() };
  const environment = brokerOf(options);
  const shop: Partial<Shop> = {};
  const start = async (app: App): Promise<void> => {
    shop[app] = await startService({ app, databaseUrl: server.url, port: ports[app], environment });
  };
  try {
    for (const app of APPS) await start(app);
    return await disturb(server.url, shop as Shop, start, options);
  } finally {
    await Promise.all(APPS.map(async (app) => shop[app]?.kill('SIGKILL')));
    await server.remove();
  }
}

async function disturb(
  serverUrl: string,
  shop: Shop,
  restart: Ground['restart'],
  options: DisturbedCheckoutsOptions,
): Promise<DisturbedCheckoutsReport> {
  const accounts = await prepare(shop, options.onHand);
  const open = (): Promise<number> => openOrders(serverUrl, options.checkouts);
  // Both come to their end before anything is taken away from under them.
  const [disturbed, placed] = await Promise.allSettled([
    options.disturb({ shop, restart, open }),
    placeAll(shop.order.url, accounts, options.checkouts),
  ]);
  if (disturbed.status === 'rejected') throw disturbed.reason;
  if (placed.status === 'rejected') throw placed.reason;
  const endedMs = await waitUntilNone(open, options.stillMs);
  const verdict = await check(serverUrl);
  await expectService(shop, serverUrl, accounts).catch((error: unknown) => {
    throw new Error(`${String(error)} Before that: ${JSON.stringify(verdict)}`, { cause: error });
  });
  for (const [database, forge] of Object.entries(FORGERIES)) await query(serverUrl, database, forge);
  return { verdict, control: await check(serverUrl), disturbances: disturbed.value, endedMs };
}

function brokerOf({ kafka }: DisturbedCheckoutsOptions): Readonly<Record<string, string>> {
  return kafka === undefined ? {} : { BROKER: 'kafka', KAFKA_BROKERS: kafka, BROKER_NAMESPACE: `shop-${randomUUID()}` };
}

async function prepare(shop: Shop, onHand: number): Promise<readonly string[]> {
  await offer(shop, SKU, onHand);
  const client = new TestingHttp(shop.payment.url);
  return Promise.all(Array.from({ length: ACCOUNTS }, () => openAccount(client, DEPOSIT)));
}

async function offer(shop: Shop, sku: string, onHand: number): Promise<void> {
  const { status, body } = await new TestingHttp(shop.product.url).post('/products', { sku, title: sku, price: PRICE, onHand });
  if (status !== 201) throw new Error(`POST /products answered ${status}: ${JSON.stringify(body)}`);
}

/** Each with a key of its own, again and again until it is acknowledged; each seventh is cancelled. */
async function placeAll(url: string, accounts: readonly string[], checkouts: number): Promise<void> {
  const place = async (number: number): Promise<void> => {
    const orderId = randomUUID();
    const order = { orderId, accountId: accounts[number % accounts.length], lines: [{ sku: SKU, quantity: 1 + (number % 3) }] };
    await insist(`${url}/orders`, order);
    if (number % 7 === 0) await insist(`${url}/orders/${orderId}/cancel`, {});
  };
  await Promise.all(Array.from({ length: checkouts }, (_, number) => place(number)));
}

async function insist(url: string, body: object): Promise<void> {
  const key = randomUUID();
  const headers = { 'content-type': 'application/json', 'idempotency-key': key };
  for (const last = performance.now() + INSIST_MS; performance.now() < last;) {
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal: AbortSignal.timeout(ANSWER_MS) }).catch(
      () => undefined,
    );
    await answer?.text().catch(() => undefined);
    if (answer !== undefined && answer.status < 500 && !(answer.status === 409 && answer.headers.has('retry-after'))) return;
    await pause(LOOK_MS * (0.5 + Math.random()));
  }
  throw new Error(`${url} did not take a request in ${INSIST_MS} ms.`);
}

/** Orders that are not placed yet, or whose saga or who themselves have not ended: a rejection is a command that the end of its saga sends. */
async function openOrders(serverUrl: string, checkouts: number): Promise<number> {
  const [row] = await query<{ ended: number }>(serverUrl, 'order', ENDED);
  return checkouts - (row?.ended ?? 0);
}

async function query<R extends object>(
  serverUrl: string,
  database: string,
  sql: string,
  values: readonly string[] = [],
): Promise<readonly R[]> {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    return (await client.query<R>(sql, [...values])).rows;
  } finally {
    await client.end();
  }
}

async function waitUntilNone(open: () => Promise<number>, stillMs: number): Promise<number> {
  const since = performance.now();
  const time = new AwakeTime();
  try {
    for (let [left, movedAt] = [await open(), 0]; left > 0 && time.now - movedAt < stillMs;) {
      await pause(LOOK_MS);
      const now = await open();
      if (now < left) movedAt = time.now;
      left = now;
    }
  } finally {
    time.end();
  }
  return Math.round(performance.now() - since);
}

/** Behind all that the shop works as before: of a few orders, one by one, it confirms one, though the machine may be so slow that it rejects others. */
async function expectService(shop: Shop, serverUrl: string, [accountId]: readonly string[]): Promise<void> {
  await offer(shop, OTHER_SKU, CALM_ORDERS);
  const ends: string[] = [];
  while (ends.length < CALM_ORDERS) {
    const orderId = randomUUID();
    await insist(`${shop.order.url}/orders`, { orderId, accountId, lines: [{ sku: OTHER_SKU, quantity: 1 }] });
    const end = await until(() => endOf(serverUrl, orderId), 'the end of one order', ONE_ORDER_MS);
    if (end === 'order.confirmed') return;
    ends.push(end);
  }
  throw new Error(`None of ${CALM_ORDERS} orders was confirmed: ${ends.join(', ')}.`);
}

async function endOf(serverUrl: string, orderId: string): Promise<string | undefined> {
  const [end] = await query<{ type: string }>(serverUrl, 'order', END_OF_ONE, [`order-${orderId}`]);
  return end?.type;
}

async function check(serverUrl: string): Promise<ShopVerdict> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(__dirname, 'check-shop.mjs'), serverUrl]);
  return JSON.parse(stdout) as ShopVerdict;
}
