import { randomUUID } from 'node:crypto';
import { until } from '@minos/common/testing';
import { createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import { startService } from '../../../tools/testing/service-process.js';

const body = JSON.stringify({ accountId: randomUUID(), lines: [{ sku: 'mug', quantity: 1 }] });

describe('the order service, told to stop', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(() => database.drop());

  it('answers what it has taken, then ends, and has everything that it acknowledged', async () => {
    const service = await startService({ databaseUrl: database.url });
    const acknowledged: string[] = [];
    const cut: unknown[] = [];
    let stopping = false;
    const client = async (): Promise<void> => {
      while (!stopping) {
        const sent = fetch(`${service.url}/orders`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
        const answer = await sent.catch((error: unknown) => error);
        if (answer instanceof Response && answer.status === 202) acknowledged.push(((await answer.json()) as { orderId: string }).orderId);
        else if (!refusedBeforeTaken(answer)) cut.push(answer instanceof Response ? answer.status : String((answer as Error).cause));
        else return;
      }
    };
    const clients = Array.from({ length: 8 }, client);
    await until(() => acknowledged.length >= 100, 'a hundred orders');
    await service.kill('SIGTERM');
    stopping = true;
    await Promise.all(clients);
    expect(service.ended()).toBe(0);
    expect(cut).toEqual([]);

    const again = await startService({ databaseUrl: database.url });
    for (const id of acknowledged) expect((await fetch(`${again.url}/orders/${id}`)).status).toBe(200);
    await again.kill('SIGTERM');
  });

  it('has its state back after kill -9', async () => {
    const first = await startService({ databaseUrl: database.url });
    const key = randomUUID();
    const place = (url: string): Promise<Response> =>
      fetch(`${url}/orders`, { method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': key }, body });
    const placed = (await (await place(first.url)).json()) as { orderId: string };
    await first.kill('SIGKILL');

    const second = await startService({ databaseUrl: database.url });
    expect(await (await fetch(`${second.url}/orders/${placed.orderId}`)).json()).toMatchObject({ orderId: placed.orderId, version: 1 });
    expect(await (await place(second.url)).json()).toEqual(placed);
    await second.kill('SIGTERM');
  });
});

/** The connection was refused, or closed before the request was on it: nothing was taken, so nothing was cut. */
function refusedBeforeTaken(answer: unknown): boolean {
  const { code } = ((answer as Error).cause ?? {}) as { code?: string };
  return code === 'ECONNREFUSED';
}
