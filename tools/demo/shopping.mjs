import { randomInt, randomUUID } from 'node:crypto';
import { SKUS } from './products.mjs';
import { Progress } from './progress.mjs';

/** One order in so many is sent twice with the same key, and one in so many is cancelled. */
const REPEATED_ONE_IN = 20;
const CANCELLED_ONE_IN = 10;

/** Runs `work` for 0 to `count - 1`, so many at once. */
async function inParallel(count, concurrency, label, work) {
  const progress = new Progress(label, count);
  let next = 0;
  const worker = async () => {
    while (next < count) {
      await work(next++);
      progress.step();
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, worker));
  progress.end();
  return (performance.now() - begun) / 1000;
}

/** Places, repeats and cancels; what each order must look like afterwards is kept. */
export async function shop(client, { orders, concurrency }) {
  const placed = new Map();
  const latencies = [];
  const faults = [];
  const counts = { placed: 0, repeated: 0, cancelled: 0, refused: 0 };
  const timed = async (send) => {
    const begun = performance.now();
    const answer = await send();
    latencies.push(performance.now() - begun);
    return answer;
  };
  const one = async (index) => {
    const key = { 'idempotency-key': randomUUID() };
    const body = { accountId: randomUUID(), lines: someLines() };
    const answer = await timed(() => client.post('/orders', body, key));
    if (answer.status !== 201)
      return void (counts.refused++, faults.push(`POST /orders answered ${answer.status}: ${JSON.stringify(answer.body)}`));
    counts.placed++;
    const { orderId } = answer.body;
    placed.set(orderId, { lines: body.lines, status: 'placed', version: 1 });
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

async function cancel(client, { orderId, placed, counts, faults }) {
  const answer = await client.post(`/orders/${orderId}/cancel`);
  if (answer.status !== 202) return void faults.push(`Cancelling ${orderId} was answered ${answer.status}`);
  counts.cancelled++;
  placed.set(orderId, { ...placed.get(orderId), status: 'cancelled', version: 2 });
}

/** Reads every order and its events back. Resolves with what is not as it was acknowledged. */
export async function readBack(client, { placed, concurrency }) {
  const ids = [...placed.keys()];
  const wrong = [];
  const latencies = [];
  const seconds = await inParallel(ids.length, concurrency, 'reading', async (index) => {
    const id = ids[index];
    const begun = performance.now();
    const found = await client.get(`/orders/${id}`);
    latencies.push(performance.now() - begun);
    const expected = placed.get(id);
    const same = found.status === 200 && found.body.status === expected.status && found.body.version === expected.version;
    if (!same || JSON.stringify(found.body.lines) !== JSON.stringify(expected.lines)) {
      wrong.push(`${id}: expected ${expected.status} at version ${expected.version}, found ${found.status} ${JSON.stringify(found.body)}`);
      return;
    }
    const { body } = await client.get(`/orders/${id}/events`);
    const versions = body.events.map(({ version }) => version);
    if (versions.some((version, at) => version !== at + 1) || versions.length !== expected.version)
      wrong.push(`${id}: versions ${versions.join(', ')}`);
  });
  return { wrong, latencies, seconds };
}

function someLines() {
  return Array.from({ length: randomInt(1, 4) }, () => ({ sku: SKUS[randomInt(SKUS.length)], quantity: randomInt(1, 6) }));
}
