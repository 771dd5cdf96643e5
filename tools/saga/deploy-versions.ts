import type { PurchaseLedger } from './purchase-ledger.js';
import { PurchaseSystem } from './purchase-system.js';

export interface DeployedVersions {
  /** Instances of version 1 that were under way while no process carried their plan. */
  readonly strandedOnes: number;
  readonly ledger: PurchaseLedger;
}

/**
 * Two processes of a shop, of which the database is one. `count` sagas of version 1 are under way, because the bank is away, when version 2 is deployed process by process until nobody has the old
 * plan; the bank answers all of it meanwhile. Then the old release comes back, and at last one that carries both.
 */
export async function deployVersions(count: number, withinMs: number): Promise<DeployedVersions> {
  const system = await PurchaseSystem.open();
  const baskets = (prefix: string, many: number): { basketId: string; price: number }[] =>
    Array.from({ length: many }, (_, n) => ({ basketId: `${prefix}-${n}`, price: n % 5 === 0 ? 500 : 50 }));
  try {
    await system.start('stock', 'bank');
    await system.kill('bank');
    await Promise.all([system.deploy('shop', 'old'), system.deploy('shop-2', 'old')]);
    await system.place(baskets('one', count));
    await system.deploy('shop', 'both');
    await system.place(baskets('two', count / 5));
    await system.deploy('shop-2', 'next');
    await system.deploy('shop', 'next');
    const stranded = await system.ledger(0);
    await system.start('bank');
    await system.place(baskets('three', count / 5));
    await Promise.all([system.deploy('shop', 'old'), system.deploy('shop-2', 'old')]);
    await system.deploy('shop', 'both');
    return { strandedOnes: stranded.open.filter((basket) => basket.startsWith('one-')).length, ledger: await system.ledger(withinMs) };
  } finally {
    await system.close();
  }
}
