import { Client } from 'pg';
import type { Ordered } from './shopping-load.js';

/** What three databases say about the orders of one product, read with plain SQL. */
export interface ShopLedger {
  readonly confirmed: number;
  readonly rejected: number;
  readonly cancelled: number;
  /** Acknowledged orders that are not stored. */
  readonly lost: readonly string[];
  /** Orders with no end yet. */
  readonly open: readonly string[];
  /** Orders with more than one end, or streams with a hole. */
  readonly broken: readonly string[];
  /** Pieces of confirmed orders less pieces that left the house: 0 where nothing was sold twice or forgotten. */
  readonly unsold: number;
  /** Pieces that are reserved though their order has ended. */
  readonly held: number;
  /** Cents that confirmed orders cost less cents that were taken: 0 where nothing was taken twice or forgotten. */
  readonly unpaid: number;
  /** Cents that are held though their order has ended. */
  readonly withheld: number;
}

interface EventRow {
  readonly stream: string;
  readonly version: string;
  readonly type: string;
  readonly data: { readonly quantity?: number; readonly total?: number; readonly amount?: number };
}

const EVENTS = 'select stream, version::text, type, data from minos.events order by stream, version';
const ENDS = new Set(['order.confirmed', 'order.rejected', 'order.cancelled']);

/** Reads the databases and compares them with what clients were told. */
export async function readShopLedger(serverUrl: string, sku: string, ordered: readonly Ordered[]): Promise<ShopLedger> {
  const orders = byStream(await eventsOf(serverUrl, 'order'));
  const stock = byStream(await eventsOf(serverUrl, 'product')).get(`product-${sku}`) ?? [];
  const accounts = (await eventsOf(serverUrl, 'payment')).filter(({ stream }) => stream.startsWith('account-'));
  const endOf = ({ orderId }: Ordered): EventRow | undefined => orders.get(`order-${orderId}`)?.find(({ type }) => ENDS.has(type));
  const ended = (type: string): Ordered[] => ordered.filter((order) => endOf(order)?.type === type);
  const confirmed = ended('order.confirmed');
  const pieces = (type: string): number =>
    stock.filter((event) => event.type === type).reduce((sum, { data }) => sum + (data.quantity ?? 0), 0);
  const cents = (type: string): number =>
    accounts.filter((event) => event.type === type).reduce((sum, { data }) => sum + (data.amount ?? 0), 0);
  return {
    confirmed: confirmed.length,
    rejected: ended('order.rejected').length,
    cancelled: ended('order.cancelled').length,
    lost: ordered.filter(({ orderId }) => !orders.has(`order-${orderId}`)).map(({ orderId }) => orderId),
    open: ordered.filter((order) => endOf(order) === undefined).map(({ orderId }) => orderId),
    broken: [...orders].filter(([, events]) => isBroken(events)).map(([stream]) => stream),
    unsold: confirmed.reduce((sum, { quantity }) => sum + quantity, 0) - pieces('stock.sold'),
    held: pieces('stock.reserved') - pieces('stock.released') - pieces('stock.sold'),
    unpaid: confirmed.reduce((sum, order) => sum + (endOf(order)?.data.total ?? 0), 0) - cents('money.captured'),
    withheld: cents('money.held') - cents('money.released') - cents('money.captured'),
  };
}

function isBroken(events: readonly EventRow[]): boolean {
  const ends = events.filter(({ type }) => ENDS.has(type)).length;
  return ends > 1 || events.some(({ version }, index) => version !== String(index + 1));
}

function byStream(events: readonly EventRow[]): Map<string, EventRow[]> {
  const streams = new Map<string, EventRow[]>();
  for (const event of events) streams.set(event.stream, [...(streams.get(event.stream) ?? []), event]);
  return streams;
}

async function eventsOf(serverUrl: string, database: string): Promise<EventRow[]> {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    return (await client.query<EventRow>(EVENTS)).rows;
  } finally {
    await client.end();
  }
}
