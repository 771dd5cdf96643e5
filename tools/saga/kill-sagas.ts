import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@minos/common/testing';
import type { PurchaseLedger } from './purchase-ledger.js';
import { PurchaseSystem, type PurchaseSystemOptions } from './purchase-system.js';

const SERVICES = ['stock', 'shop', 'bank'] as const;
/** Baskets for each kill, about: what is placed faster than it is done would be done long after the last kill. */
const AHEAD = 8;
/** What the bank has for a basket lies between them. */
const [CHEAP, DEAR] = [50, 500];

export interface SagaKillOptions extends PurchaseSystemOptions {
  readonly kills: number;
  /** How long processes run between two kills, about. */
  readonly everyMs: number;
  /** Within so long of the last kill every saga has to end. */
  readonly withinMs: number;
}

export interface SagaKillReport {
  readonly ledger: PurchaseLedger;
  readonly placed: number;
  /** Those of them whose sagas are to complete: nobody gives up waiting for an answer. */
  readonly affordable: number;
  readonly kills: number;
}

/** Kills one service after the other while sagas run, and reads what is stored once each has ended. */
export async function killSagas({ kills, everyMs, withinMs, ...options }: SagaKillOptions): Promise<SagaKillReport> {
  const system = await PurchaseSystem.open(options);
  const orders: { basketId: string; price: number }[] = [];
  let [over, killed] = [false, 0];
  const wave = async (): Promise<void> => {
    const baskets = Array.from({ length: AHEAD }, (_, n) => ({ basketId: `b-${orders.length + n}`, price: n % 5 === 0 ? DEAR : CHEAP }));
    orders.push(...baskets);
    await system.place(baskets);
  };
  const load = async (): Promise<void> => {
    while (!over) await (orders.length > killed * AHEAD ? pause(everyMs / 10) : wave());
  };
  try {
    await system.start();
    const loading = load();
    for (let kill = 0; kill < kills; kill += 1) {
      const service = SERVICES[kill % SERVICES.length] as (typeof SERVICES)[number];
      const { careless } = system;
      if (options.careless) await until(() => system.careless > careless, 'careless work', withinMs);
      else {
        await until(() => orders.length > killed * AHEAD, 'new baskets', withinMs);
        await pause(everyMs * (0.5 + Math.random() / 2));
      }
      await system.kill(service);
      await system.start(service);
      killed = kill + 1;
    }
    over = true;
    await loading;
    const affordable = orders.filter(({ price }) => price === CHEAP).length;
    return { ledger: await system.ledger(withinMs), placed: orders.length, affordable, kills };
  } finally {
    over = true;
    await system.close();
  }
}
