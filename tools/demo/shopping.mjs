import { randomInt, randomUUID } from 'node:crypto';
import { inParallel } from './in-parallel.mjs';
import { SCARCE_SKU, SKUS } from './products.mjs';

/** One order in so many is sent twice with the same key, one is cancelled. */
const REPEATED_ONE_IN = 20;
const CANCELLED_ONE_IN = 10;
/** More than there ever are of the scarce product. */
const TOO_MANY = 1_000;
const MOST_LINES = 3;
const MOST_PIECES = 5;

/** What an order costs at the most, where no piece costs more than this. */
export const dearestOrder = (price) => MOST_LINES * MOST_PIECES * price;

/**
 * Places, repeats and cancels; what was ordered is kept, with what must become of it. `rich` owners of accounts order in turn, the `poor` one can not pay; of all orders the `doomed` share
 * must be rejected.
 */
export async function shop({ orders, doomed, concurrency, rich, poor }) {
  const placed = new Map();
  const latencies = [];
  const faults = [];
  const counts = { placed: 0, doomed: 0, repeated: 0, cancelled: 0, tooLate: 0, refused: 0 };
  const timed = async (send) => {
    const begun = performance.now();
    const answer = await send();
    latencies.push(performance.now() - begun);
    return answer;
  };
  const one = async (index) => {
    const key = { 'idempotency-key': randomUUID() };
    const reason = doomOf(index, doomed);
    const { accountId, client } = reason === 'payment.declined' ? poor : rich[index % rich.length];
    const body = { accountId, lines: reason === 'stock.insufficient' ? [{ sku: SCARCE_SKU, quantity: TOO_MANY }] : someLines() };
    const answer = await timed(() => client.post('/orders', body, key));
    if (answer.status !== 202)
      return void (counts.refused++, faults.push(`POST /orders answered ${answer.status}: ${JSON.stringify(answer.body)}`));
    counts.placed++;
    if (reason !== undefined) counts.doomed++;
    const { orderId } = answer.body;
    placed.set(orderId, { ...body, reason, cancelled: false });
    if (index % REPEATED_ONE_IN === 0) await repeat(client, { body, key, orderId, counts, faults });
    if (index % CANCELLED_ONE_IN === 5) await cancel(client, { orderId, placed, counts, faults });
  };
  const work = (index) => one(index).catch((error) => void faults.push(String(error)));
  const seconds = await inParallel(orders, concurrency, 'placing', work, () => `${counts.doomed} doomed, ${counts.cancelled} cancelled`);
  return { placed, latencies, faults, counts, seconds };
}

/** Why the order must be rejected, if it must: the doomed ones are spread evenly, and the two reasons take turns. */
function doomOf(index, share) {
  const before = Math.floor(index * share);
  if (Math.floor((index + 1) * share) === before) return undefined;
  return before % 2 === 0 ? 'stock.insufficient' : 'payment.declined';
}

async function repeat(client, { body, key, orderId, counts, faults }) {
  const again = await client.post('/orders', body, key);
  counts.repeated++;
  if (again.status !== 202 || again.body.orderId !== orderId)
    faults.push(`The repetition of ${orderId} was answered ${again.status} ${JSON.stringify(again.body)}`);
}

/** An order that was decided meanwhile is too late to cancel: that is an answer, no fault. */
async function cancel(client, { orderId, placed, counts, faults }) {
  const { status } = await client.post(`/orders/${orderId}/cancel`);
  if (status === 409) return void counts.tooLate++;
  if (status !== 202) return void faults.push(`Cancelling ${orderId} was answered ${status}`);
  counts.cancelled++;
  placed.get(orderId).cancelled = true;
}

function someLines() {
  return Array.from({ length: randomInt(1, MOST_LINES + 1) }, () => ({
    sku: SKUS[randomInt(SKUS.length)],
    quantity: randomInt(1, MOST_PIECES + 1),
  }));
}
