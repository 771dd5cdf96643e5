import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@minos/common/testing';
import { TestingHttp } from '@minos/nest/testing';
import { scratchServer } from '../testing/scratch-server.js';
import { freePort, type ServiceProcess, startService } from '../testing/service-process.js';
import { openAccount } from './open-account.js';
import { readShopLedger, type ShopLedger } from './shop-ledger.js';
import { ShoppingLoad } from './shopping-load.js';

const SKU = 'mug';
/** Orders that are placed between two kills at the most. */
const AHEAD = 40;
/** So long without any change is the end of it. */
const STILL_MS = 180_000;
const LOOK_MS = 200;
const FIRST_MS = 120_000;
const APPS = ['order', 'product', 'payment'] as const;
/** Enough for every order of a run. */
const DEPOSIT = 1_000_000_000;
const ACCOUNTS = 4;
type App = (typeof APPS)[number];

export interface ShopKillOptions {
  /** Ends of a process, of each service in turn. */
  readonly kills: number;
  readonly signal: 'SIGKILL' | 'SIGTERM';
  readonly onHand: number;
  /** Of the broker; PostgreSQL where it is left out. */
  readonly kafka?: string;
  /** How long a service runs between two ends at the least. */
  readonly everyMs: number;
}

export interface ShopKillReport {
  readonly ledger: ShopLedger;
  readonly ordered: number;
  readonly kills: number;
  /** Exit codes and signals of the processes that were ended, each once. */
  readonly ends: readonly (number | NodeJS.Signals)[];
}

/** Ends the services of the shop under load, again and again, and reads what is stored when everything has come to rest. */
export async function killShop(options: ShopKillOptions): Promise<ShopKillReport> {
  const server = await scratchServer();
  const ports = { order: await freePort(), product: await freePort(), payment: await freePort() };
  const environment = brokerOf(options);
  const start = (app: App): Promise<ServiceProcess> => startService({ app, databaseUrl: server.url, port: ports[app], environment });
  const running = { order: await start('order'), product: await start('product'), payment: await start('payment') };
  await addProduct(running.product.url, options.onHand);
  const accounts = await addAccounts(running.payment.url);
  const load = new ShoppingLoad({ url: running.order.url, sku: SKU, accounts, clients: 4, cancelOneIn: 5, ahead: AHEAD });
  const ends: (number | NodeJS.Signals)[] = [];
  try {
    // Those that are placed while a service is away for long are rejected.
    await until(() => firstConfirmed(() => readShopLedger(server.url, SKU, load.ordered), load), 'an order to be confirmed', FIRST_MS);
    for (let kill = 0; kill < options.kills; kill += 1) {
      const app = APPS[kill % APPS.length] as App;
      const before = load.ordered.length;
      load.goOn();
      await until(() => load.ordered.length > before, 'an order to be acknowledged', FIRST_MS);
      await pause(options.everyMs * (0.5 + Math.random()));
      await running[app].kill(options.signal);
      ends.push(running[app].ended() ?? -1);
      running[app] = await start(app);
    }
    await load.stop();
    const ledger = await atRest(() => readShopLedger(server.url, SKU, load.ordered));
    await Promise.all(APPS.map((app) => running[app].kill('SIGTERM')));
    return { ledger, ordered: load.ordered.length, kills: options.kills, ends: [...new Set(ends)] };
  } finally {
    await load.stop();
    await Promise.all(APPS.map((app) => running[app].kill('SIGKILL')));
    await server.remove();
  }
}

function brokerOf({ kafka }: ShopKillOptions): Readonly<Record<string, string>> {
  return kafka === undefined ? {} : { BROKER: 'kafka', KAFKA_BROKERS: kafka, BROKER_NAMESPACE: `shop-${randomUUID()}` };
}

/** Whether an order is confirmed. More are ordered where all have been rejected, as is right on a machine that is too slow. */
async function firstConfirmed(read: () => Promise<ShopLedger>, load: ShoppingLoad): Promise<boolean> {
  const { confirmed, open } = await read();
  if (confirmed === 0 && open.length === 0) load.goOn();
  return confirmed > 0;
}

/** What is stored when every order has ended, every piece is sold or free, and every cent taken or free; or when nothing has moved for a while, which the caller will not like. */
async function atRest(read: () => Promise<ShopLedger>): Promise<ShopLedger> {
  let ledger = await read();
  for (let movedAt = performance.now(); !isAtRest(ledger) && performance.now() - movedAt < STILL_MS;) {
    await pause(LOOK_MS);
    const found = await read();
    if (markOf(found) !== markOf(ledger)) movedAt = performance.now();
    ledger = found;
  }
  return ledger;
}

function isAtRest({ open, held, unsold, unpaid, withheld }: ShopLedger): boolean {
  return open.length === 0 && [held, unsold, unpaid, withheld].every((left) => left === 0);
}

function markOf({ open, held, unsold, unpaid, withheld }: ShopLedger): string {
  return [open.length, held, unsold, unpaid, withheld].join();
}

async function addProduct(url: string, onHand: number): Promise<void> {
  const { status, body } = await new TestingHttp(url).post('/products', { sku: SKU, title: 'Mug', price: 1250, onHand });
  if (status !== 201) throw new Error(`POST /products answered ${status}: ${JSON.stringify(body)}`);
}

async function addAccounts(url: string): Promise<readonly string[]> {
  const client = new TestingHttp(url);
  return Promise.all(Array.from({ length: ACCOUNTS }, () => openAccount(client, DEPOSIT)));
}
