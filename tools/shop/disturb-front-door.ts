import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@minos/common/testing';
import type { ShopApp } from '../testing/service-process.js';
import { openAccount } from './open-account.js';
import { type LoadReport, SteadyLoad } from './steady-load.js';
import { Customer, type Login, WholeShop } from './whole-shop.js';

const BEHIND: readonly ShopApp[] = ['discovery', 'auth', 'product', 'payment', 'order'];
const SKU = 'mug';
const DEPOSIT = 1_000_000_000;
/** How long an instance has to be ready before the next one is taken away, as those who roll out releases let it be. */
const MIN_READY_MS = 2_000;
const FAILURE_MS = 120_000;

/** Lets something go wrong, or be renewed, while customers shop. */
export type FrontDoorDisturbance = (shop: WholeShop, load: Pick<SteadyLoad, 'failed'>) => Promise<void>;

export interface DisturbedFrontDoorOptions {
  readonly perSecond: number;
  readonly disturb: FrontDoorDisturbance;
}

/** The whole shop, with a product that does not run out and a customer whose money does not either. */
export class FrontDoor {
  private constructor(
    private readonly shop: WholeShop,
    private readonly login: Login,
  ) {}

  /** With so many instances of each service behind the gateway, but for discovery and auth. */
  static async open(instances = 2): Promise<FrontDoor> {
    const shop = await WholeShop.start({ counts: { order: instances, product: instances, payment: instances } });
    try {
      const [admin, customer] = [await shop.admin(), await shop.register()];
      const made = await admin.post('/products', { sku: SKU, title: 'Mug', price: 100, onHand: 1_000_000 });
      if (made.status !== 201) throw new Error(`POST /products answered ${made.status}`);
      await openAccount(customer, DEPOSIT);
      return new FrontDoor(shop, customer.login);
    } catch (error) {
      await shop.close();
      throw error;
    }
  }

  /** The customer shops at a steady pace through the gateway meanwhile. */
  async disturb({ perSecond, disturb }: DisturbedFrontDoorOptions): Promise<LoadReport> {
    const { url } = this.shop;
    // Anew: a token lasts for one load, not for several.
    const load = new SteadyLoad({ url, customer: await Customer.logIn(url, this.login), sku: SKU, perSecond });
    await pause(MIN_READY_MS);
    // Without a disturbance that has come to its end the load must end all the same.
    await disturb(this.shop, load).finally(() => load.stop());
    return await load.stop();
  }

  close(): Promise<void> {
    return this.shop.close();
  }
}

/** Services anew, one process after the other, so many times. @default all but the gateway */
export function rollingRestarts(times: number, apps: readonly ShopApp[] = BEHIND): FrontDoorDisturbance {
  return async (shop) => {
    for (let round = 0; round < times; round += 1)
      for (const seat of shop.seats.filter(({ app }) => apps.includes(app))) {
        await shop.end(seat, 'SIGTERM');
        await shop.startAt(seat);
        await pause(MIN_READY_MS);
      }
  };
}

/** Nobody knows where services are for so long. */
export function registryKilled(forMs: number): FrontDoorDisturbance {
  return async (shop) => {
    const seat = shop.seatOf('discovery');
    await shop.end(seat, 'SIGKILL');
    await pause(forMs);
    await shop.startAt(seat);
  };
}

/** The registry stands still, so that no heartbeat is heard and its leases lapse. */
export function registryPaused(forMs: number): FrontDoorDisturbance {
  return async (shop) => {
    const { process: registry } = shop.seatOf('discovery');
    if (registry === undefined) throw new Error('The registry does not run.');
    process.kill(registry.pid, 'SIGSTOP');
    await pause(forMs);
    process.kill(registry.pid, 'SIGCONT');
    await pause(MIN_READY_MS);
  };
}

/** The registry runs, and its database does not answer. */
export function registryDatabasePaused(forMs: number): FrontDoorDisturbance {
  return async ({ registryDatabase }) => {
    registryDatabase.pause();
    await pause(forMs);
    registryDatabase.resume();
    await pause(MIN_READY_MS);
  };
}

/** Control: all processes of a service at once, without a word, until a customer has noticed. */
export const everyOrderKilled: FrontDoorDisturbance = async (shop, load) => {
  const seats = shop.seats.filter(({ app }) => app === 'order');
  await Promise.all(seats.map((seat) => shop.end(seat, 'SIGKILL')));
  await until(() => load.failed > 0, 'a request to fail', FAILURE_MS);
  await Promise.all(seats.map((seat) => shop.startAt(seat)));
};
