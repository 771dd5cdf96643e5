import { Client } from 'pg';
import type { PurchaseService } from './purchase-services.js';

/** What three databases say about the purchases, read with plain SQL. */
export interface PurchaseLedger {
  readonly completed: number;
  readonly compensated: number;
  /** Baskets whose saga is missing, or has not ended. */
  readonly open: readonly string[];
  /** Baskets whose effects are not those of their end, each once. */
  readonly wrong: readonly string[];
}

interface Effects {
  readonly taken: number;
  readonly returned: number;
  readonly cancelled: number;
  readonly sent: number;
  readonly wrapped: number;
}

const SAGAS = `select data #>> '{state,basketId}' as basket, data ->> 'phase' as phase, version from minos.sagas`;
const EFFECTS = `
select substr(stream, length('holding-') + 1) as basket,
       count(*) filter (where type = 'holding.taken')::int as taken, count(*) filter (where type = 'holding.returned')::int as returned,
       count(*) filter (where type = 'holding.cancelled')::int as cancelled, count(*) filter (where type = 'holding.sent')::int as sent,
       count(*) filter (where type = 'holding.wrapped')::int as wrapped
  from minos.events where stream like 'holding-%' group by stream`;
const NOTHING: Effects = { taken: 0, returned: 0, cancelled: 0, sent: 0, wrapped: 0 };

export async function readPurchaseLedger(
  urls: Readonly<Record<PurchaseService, string>>,
  placed: readonly string[],
): Promise<PurchaseLedger> {
  const sagas = await rowsOf<{ basket: string; phase: string; version: number }>(urls.shop, SAGAS);
  const phases = new Map(sagas.map(({ basket, phase }) => [basket, phase]));
  const wraps = new Map(sagas.map(({ basket, version }) => [basket, version === 2 ? 1 : 0]));
  const [stock, bank] = [await effectsOf(urls.stock), await effectsOf(urls.bank)];
  const phaseOf = (basket: string): string => phases.get(basket) ?? 'missing';
  const ended = placed.filter((basket) => ['completed', 'compensated'].includes(phaseOf(basket)));
  const isRight = (basket: string): boolean => {
    const [pieces, money] = [stock.get(basket) ?? NOTHING, bank.get(basket) ?? NOTHING];
    return phaseOf(basket) === 'completed'
      ? isDone(pieces, { sent: 1, wrapped: wraps.get(basket) ?? 0 }) && isDone(money, { sent: 0, wrapped: 0 })
      : isUndone(pieces) && isUndone(money);
  };
  return {
    completed: ended.filter((basket) => phaseOf(basket) === 'completed').length,
    compensated: ended.filter((basket) => phaseOf(basket) === 'compensated').length,
    open: placed.filter((basket) => !ended.includes(basket)),
    wrong: [...ended.filter((basket) => !isRight(basket)), ...(sagas.length > phases.size ? ['a basket has two sagas'] : [])],
  };
}

function isDone({ taken, returned, cancelled, sent, wrapped }: Effects, expected: Pick<Effects, 'sent' | 'wrapped'>): boolean {
  return taken === 1 && returned === 0 && cancelled === 0 && sent === expected.sent && wrapped === expected.wrapped;
}

function isUndone({ taken, returned, sent }: Effects): boolean {
  return taken <= 1 && returned === taken && sent === 0;
}

async function effectsOf(url: string): Promise<ReadonlyMap<string, Effects>> {
  return new Map((await rowsOf<Effects & { basket: string }>(url, EFFECTS)).map((row) => [row.basket, row]));
}

async function rowsOf<R extends object>(url: string, statement: string): Promise<readonly R[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<R>(statement)).rows;
  } finally {
    await client.end();
  }
}
