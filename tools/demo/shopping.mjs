import { randomInt, randomUUID } from 'node:crypto';
import { inParallel } from './in-parallel.mjs';
import { SCARCE_SKU, SKUS } from './products.mjs';

/** One order in so many is sent twice with the same key, one is cancelled, one asks for what is scarce. */
const REPEATED_ONE_IN = 20;
const CANCELLED_ONE_IN = 10;
const SCARCE_ONE_IN = 10;

/** Pieces of the scarce product that are there for so many orders: enough for about half of those that ask. */
export const scarcePieces = (orders) => Math.ceil(orders / SCARCE_ONE_IN / 2);

/** Places, repeats and cancels; what was ordered is kept. */
export async function shop(client, { orders, concurrency }) {
  const placed = new Map();
  const latencies = [];
  const faults = [];
  const counts = { placed: 0, repeated: 0, cancelled: 0, tooLate: 0, refused: 0 };
  const timed = async (send) => {
    const begun = performance.now();
    const answer = await send();
    latencies.push(performance.now() - begun);
    return answer;
  };
  const one = async (index) => {
    const key = { 'idempotency-key': randomUUID() };
    const body = { accountId: randomUUID(), lines: someLines(index) };
    const answer = await timed(() => client.post('/orders', body, key));
    if (answer.status !== 201)
      return void (counts.refused++, faults.push(`POST /orders answered ${answer.status}: ${JSON.stringify(answer.body)}`));
    counts.placed++;
    const { orderId } = answer.body;
    placed.set(orderId, { lines: body.lines, cancelled: false });
    if (index % REPEATED_ONE_IN === 0) await repeat(client, { body, key, orderId, counts, faults });
    if (index % CANCELLED_ONE_IN === 5) await cancel(client, { orderId, placed, counts, faults });
  };
  const seconds = await inParallel(orders, concurrency, 'placing', (index) => one(index).catch((error) => void faults.push(String(error))));
  return { placed, latencies, faults, counts, seconds };
}

async function repeat(client, { body, key, orderId, counts, faults }) {
  const again = await client.post('/orders', body, key);
  counts.repeated++;
  if (again.status !== 201 || again.body.orderId !== orderId)
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

function someLines(index) {
  const lines = Array.from({ length: randomInt(1, 4) }, () => ({ sku: SKUS[randomInt(SKUS.length)], quantity: randomInt(1, 6) }));
  return index % SCARCE_ONE_IN === 0 ? [...lines, { sku: SCARCE_SKU, quantity: 1 }] : lines;
}
