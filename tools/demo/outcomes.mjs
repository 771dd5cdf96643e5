import { setTimeout as sleep } from 'node:timers/promises';
import { inParallel } from './in-parallel.mjs';

const FIRST_LOOK_MS = 50;
const LONGEST_PAUSE_MS = 500;
/** So long without any order that ends is waited. */
const STILL_MS = 60_000;
const ENDS = ['confirmed', 'rejected', 'cancelled'];
const LIVE = ['running', 'compensating', 'parked'];

/** Waits for the checkout of every order to end, reads it and its events back, and says what is not as it must be. `priceOf`: of one piece of a product. */
export async function readOutcomes(client, { placed, concurrency, priceOf }) {
  const ids = [...placed.keys()];
  const outcomes = { confirmed: 0, rejected: 0, cancelled: 0, open: 0, reasons: new Map(), sold: new Map(), paid: new Map(), wrong: [] };
  const latencies = [];
  const pace = { movedAt: Date.now() };
  const work = async (index) => {
    const orderId = ids[index];
    const order = await ended(client, orderId, { pace, latencies });
    note(outcomes, { ...placed.get(orderId), priceOf }, { orderId, order, events: await eventsOf(client, orderId) });
  };
  const counts = () => `${outcomes.confirmed} confirmed, ${outcomes.rejected} rejected, ${outcomes.cancelled} cancelled`;
  const seconds = await inParallel(ids.length, concurrency, 'ending', work, counts);
  return { ...outcomes, latencies, seconds };
}

async function ended(client, orderId, { pace, latencies }) {
  for (let pause = FIRST_LOOK_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    const begun = performance.now();
    const { body } = await client.get(`/orders/${orderId}`);
    latencies.push(performance.now() - begun);
    if (hasEnded(body)) pace.movedAt = Date.now();
    if (hasEnded(body) || Date.now() - pace.movedAt > STILL_MS) return body;
    await sleep(pause);
  }
}

/** An order is decided before its checkout has sold and taken, or given back, what belongs to it. */
const hasEnded = ({ status, saga }) => ENDS.includes(status) && !LIVE.includes(saga?.status);

async function eventsOf(client, orderId) {
  const { body } = await client.get(`/orders/${orderId}/events`);
  return body.events ?? [];
}

function note(outcomes, expected, { orderId, order, events }) {
  if (!hasEnded(order)) {
    outcomes.open++;
    outcomes.wrong.push(
      `${orderId}: still ${order.status} when nothing had ended for ${STILL_MS / 1000} s, its checkout ${JSON.stringify(order.saga)}`,
    );
    return;
  }
  outcomes[order.status]++;
  if (order.status === 'rejected') add(outcomes.reasons, order.reason, 1);
  if (order.status === 'confirmed') {
    for (const { sku, quantity } of expected.lines) add(outcomes.sold, sku, quantity);
    add(outcomes.paid, expected.accountId, order.total);
  }
  const types = events.map(({ type }) => type).join(' ');
  if (!isRight(expected, order, events)) outcomes.wrong.push(`${orderId}: ${order.status}, events ${types}, ${JSON.stringify(order)}`);
}

const add = (sums, key, more) => sums.set(key, (sums.get(key) ?? 0) + more);

function isRight(expected, order, events) {
  const { reason = null, total } = order;
  const end = endOf(expected);
  const price = expected.lines.reduce((sum, { sku, quantity }) => sum + quantity * expected.priceOf(sku), 0);
  return (
    order.status === end.status &&
    reason === end.reason &&
    (total === null ? order.status !== 'confirmed' : total === price) &&
    events.map(({ type }) => type).join(' ') ===
      ['order.placed', ...(total === null ? [] : ['order.priced']), `order.${end.status}`].join(' ') &&
    events.every(({ version }, at) => version === at + 1) &&
    JSON.stringify(order.lines) === JSON.stringify(expected.lines)
  );
}

/** What must become of an order. */
function endOf({ cancelled, reason }) {
  if (cancelled) return { status: 'cancelled', reason: null };
  return reason === undefined ? { status: 'confirmed', reason: null } : { status: 'rejected', reason };
}
