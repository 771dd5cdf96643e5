import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@minos/common/testing';
import { createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import { readPurchaseLedger, type PurchaseLedger } from './purchase-ledger.js';
import type { PlaceBasket, PurchaseOrder, PurchaseReport } from './purchase-process.js';
import type { ShopRelease } from './purchase-sagas.js';
import type { PurchaseService } from './purchase-services.js';

const SERVICES = ['shop', 'stock', 'bank'] as const;
/** A second process of the shop. */
const SECOND_SHOP = 'shop-2';
export type PurchaseProcess = PurchaseService | typeof SECOND_SHOP;
const REQUIRE_TS = resolve(__dirname, '../testing/require-ts.cjs');
const WITHIN_MS = 120_000;

export interface PurchaseSystemOptions {
  /** A superuser's URL of any database of the server. @default that of the tests */
  readonly serverUrl?: string;
  /** Control: what stock does is not stored with what led to it. @default false */
  readonly careless?: boolean;
}

/** The three services, each in a process and a database of its own, with a broker in a database. */
export class PurchaseSystem {
  private readonly processes = new Map<PurchaseProcess, ChildProcess>();
  private readonly placed = new Set<string>();
  /** Work whose mark is missing. */
  careless = 0;
  private printed = '';

  private constructor(
    readonly databases: Readonly<Record<PurchaseService | 'broker', TestDatabase>>,
    private readonly options: PurchaseSystemOptions,
  ) {}

  static async open(options: PurchaseSystemOptions = {}): Promise<PurchaseSystem> {
    const make = (): Promise<TestDatabase> => createTestDatabase(options);
    return new PurchaseSystem({ shop: await make(), stock: await make(), bank: await make(), broker: await make() }, options);
  }

  get urls(): Readonly<Record<PurchaseService, string>> {
    const { shop, stock, bank } = this.databases;
    return { shop: shop.url, stock: stock.url, bank: bank.url };
  }

  async start(...services: readonly PurchaseService[]): Promise<void> {
    await Promise.all((services.length === 0 ? SERVICES : services).map((service) => this.startOne(service)));
  }

  /** Ends the shop, or its second process, in order, and starts that release of it. */
  async deploy(shop: 'shop' | typeof SECOND_SHOP, release: ShopRelease): Promise<void> {
    await this.kill(shop, 'SIGTERM');
    await this.startOne(shop, release);
  }

  /** Resolves once it has ended. */
  async kill(service: PurchaseProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.processes.get(service);
    this.processes.delete(service);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  }

  isPlaced(basketId: string): boolean {
    return this.placed.has(basketId);
  }

  /** Asks the shop that runs now; a shop that is killed meanwhile is to be asked again. */
  ask(order: PlaceBasket): void {
    const shop = this.processes.get('shop');
    if (shop?.connected) shop.send(order, () => undefined);
  }

  /** Places all, asking again until each is placed. */
  async place(orders: readonly PlaceBasket[]): Promise<void> {
    let asked = -Infinity;
    const all = async (): Promise<boolean> => {
      const left = orders.filter(({ basketId }) => !this.placed.has(basketId));
      if (left.length > 0 && performance.now() - asked > ASK_AGAIN_MS) {
        for (const order of left) this.ask(order);
        asked = performance.now();
      }
      return left.length === 0;
    };
    await until(all, 'all baskets to be placed', WITHIN_MS).catch((error: unknown) => this.complain(error));
  }

  /** When every saga has ended, or `withinMs` are over. */
  async ledger(withinMs: number): Promise<PurchaseLedger> {
    const placed = [...this.placed];
    let ledger = await readPurchaseLedger(this.urls, placed);
    const ended = async (): Promise<boolean> => {
      await pause(LOOK_MS);
      ledger = await readPurchaseLedger(this.urls, placed);
      return ledger.open.length === 0;
    };
    await until(ended, 'every saga to end', withinMs).catch(() => undefined);
    return ledger;
  }

  async close(): Promise<void> {
    await Promise.all([...this.processes.keys()].map((service) => this.kill(service)));
    await Promise.all(Object.values(this.databases).map((database) => database.drop()));
  }

  private async startOne(name: PurchaseProcess, release?: ShopRelease): Promise<void> {
    const { databases, options } = this;
    const service = name === SECOND_SHOP ? 'shop' : name;
    const order: PurchaseOrder = {
      ...(release && { release }),
      service,
      url: databases[service].url,
      broker: databases.broker.url,
      ...(options.careless && { careless: this.careless === 0 ? 'until it is killed' : 'once more' }),
    };
    const child = fork(join(__dirname, 'purchase-process.ts'), [JSON.stringify(order)], {
      execArgv: ['--require', REQUIRE_TS],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, NODE_ENV: 'development', NO_COLOR: '1' },
    });
    this.processes.set(name, child);
    let isReady = false;
    child.on('message', (report: PurchaseReport) => {
      if ('ready' in report) isReady = true;
      else if ('placed' in report) this.placed.add(report.placed);
      else this.careless += 1;
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.printed = `${this.printed}[${name}] ${chunk.toString()}`.slice(-LONGEST_PRINT)));
    const ready = (): boolean => {
      if (child.exitCode !== null) throw new Error(`${name} ended (${child.exitCode}) before it was ready:\n${this.printed}`);
      return isReady;
    };
    await until(ready, `${name} to be ready`, WITHIN_MS).catch((error: unknown) => this.complain(error));
  }

  private complain(error: unknown): never {
    throw new Error(`${String(error)} The services printed:\n${this.printed}`, { cause: error });
  }
}

const LOOK_MS = 200;
const ASK_AGAIN_MS = 3_000;
const LONGEST_PRINT = 5_000;
