import { setTimeout as sleep } from 'node:timers/promises';
import { inParallel } from './in-parallel.mjs';

const LOOK_MS = 50;
/** How long all orders together may take to end after the last one was placed. */
const WITHIN_MS = 120_000;
const ENDS = { confirmed: 'order.confirmed', rejected: 'order.rejected', cancelled: 'order.cancelled' };

/** Waits for every order to end, reads it and its events back, and says what is not as it must be. */
export async function readOutcomes(client, { placed, concurrency }) {
  const ids = [...placed.keys()];
  const outcomes = { confirmed: 0, rejected: 0, cancelled: 0, open: 0, reasons: new Map(), sold: new Map(), latencies: [], wrong: [] };
  const deadline = Date.now() + WITHIN_MS;
  outcomes.seconds = await inParallel(ids.length, concurrency, 'ending', async (index) => {
    const orderId = ids[index];
    const order = await ended(client, orderId, { deadline, latencies: outcomes.latencies });
    note(outcomes, placed.get(orderId), { orderId, order, events: await eventsOf(client, orderId) });
  });
  return outcomes;
}

async function ended(client, orderId, { deadline, latencies }) {
  for (;;) {
    const begun = performance.now();
    const { body } = await client.get(`/orders/${orderId}`);
    latencies.push(performance.now() - begun);
    if (body.status in ENDS || Date.now() > deadline) return body;
    await sleep(LOOK_MS);
  }
}

async function eventsOf(client, orderId) {
  const { body } = await client.get(`/orders/${orderId}/events`);
  return body.events ?? [];
}

function note(outcomes, expected, { orderId, order, events }) {
  if (!(order.status in ENDS)) {
    outcomes.open++;
    outcomes.wrong.push(`${orderId}: still ${order.status} after ${WITHIN_MS / 1000} s`);
    return;
  }
  outcomes[order.status]++;
  if (order.status === 'rejected') outcomes.reasons.set(order.reason, (outcomes.reasons.get(order.reason) ?? 0) + 1);
  if (order.status === 'confirmed')
    for (const { sku, quantity } of expected.lines) outcomes.sold.set(sku, (outcomes.sold.get(sku) ?? 0) + quantity);
  const types = events.map(({ type }) => type).join(' ');
  if (!isRight(expected, order, events)) outcomes.wrong.push(`${orderId}: ${order.status}, events ${types}, ${JSON.stringify(order)}`);
}

function isRight(expected, order, events) {
  return (
    events.map(({ type }) => type).join(' ') === `order.placed ${ENDS[order.status]}` &&
    events.every(({ version }, at) => version === at + 1) &&
    (order.status === 'cancelled') === expected.cancelled &&
    JSON.stringify(order.lines) === JSON.stringify(expected.lines)
  );
}
