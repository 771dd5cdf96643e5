import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { until } from '@minos/common/testing';
import { TestingHttp } from '@minos/nest/testing';
import { endsWithin } from '../testing/ends-within.js';
import { openAccount } from '../shop/open-account.js';
import { isAlive } from '../testing/scratch-server.js';
import { unlessItStoodStill } from '../testing/unless-it-stood-still.js';
import { StartedShop } from './started-shop-kit.js';

jest.setTimeout(600_000);

const CLIENTS = 8;
const END_MS = 120_000;

describe('Ctrl-C', () => {
  let shop: StartedShop;
  let pids: ReadonlyMap<string, number> = new Map();

  beforeEach(async () => {
    shop = await StartedShop.begin();
  });

  afterEach(() => shop.close(pids.values()));

  async function upWithProduct(): Promise<{ readonly accountId: string; readonly sku: string }> {
    pids = await shop.up();
    const http = new TestingHttp(shop.urlOf('gateway'));
    const sku = `mug-${randomUUID()}`;
    expect((await http.post('/products', { sku, title: 'Mug', price: 10, onHand: 1_000_000 })).status).toBe(201);
    return { accountId: await openAccount(http, 100_000_000), sku };
  }

  it('stops the gateway first, so that everything it has taken is answered', async () => {
    const { accountId, sku } = await upWithProduct();
    const body = JSON.stringify({ accountId, lines: [{ sku, quantity: 1 }] });
    const answers = new Map<number | string, number>();
    let interrupted = false;
    const client = async (): Promise<void> => {
      for (;;) {
        const answer = await placed(shop.urlOf('gateway'), body);
        if (answer === 'ECONNREFUSED' && interrupted) return;
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
      }
    };
    const clients = Array.from({ length: CLIENTS }, client);
    await until(() => (answers.get(201) ?? 0) + (answers.get(202) ?? 0) >= 20, 'orders', END_MS);
    const early = endedTooEarly(pids);
    interrupted = true;
    shop.interrupt();
    await Promise.all(clients);
    expect(await shop.ended()).toBe(0);
    // Placed, and mostly waited for until it was confirmed: the last ones as well.
    expect([...answers.keys()].filter((answer) => answer !== 201 && answer !== 202)).toEqual([]);
    expect(await early).toEqual([]);
    expect(shop.output).not.toMatch(/ERROR|FATAL|Error:/);
  });

  it('ends everything at once when it comes again', async () => {
    const { accountId, sku } = await upWithProduct();
    // It answers nobody any more, nor does it end when it is told to.
    process.kill(pids.get('product') ?? 0, 'SIGSTOP');
    const waiting = placed(shop.urlOf('gateway'), JSON.stringify({ accountId, lines: [{ sku, quantity: 1 }] }), 30);
    shop.interrupt();
    await until(() => shop.output.includes('Stopping'), 'the first Ctrl-C to be heard');
    const heard = performance.now();
    await until(() => performance.now() - heard > 600, 'a person to lose patience');
    expect(shop.hasEnded).toBe(false);
    shop.interrupt();
    expect(await endsWithin(shop.ended(), 'the shop to end', 10_000)).toBe(130);
    await waiting;
    expect([...pids.values()].filter(isAlive)).toEqual([]);
  });

  it('is heard while the shop starts', async () => {
    const answers = async (): Promise<boolean> => (await fetch(`${shop.urlOf('discovery')}/health/live`)).ok;
    // Where this process stands still meanwhile, all may be up before it says anything.
    await unlessItStoodStill(1_000, async () => {
      if (shop.hasEnded) {
        await shop.close();
        shop = await StartedShop.begin();
      }
      await until(() => answers().catch(() => false), 'the first service', END_MS);
      shop.interrupt();
      expect(await shop.ended()).toBe(0);
      return () => expect(shop.output).not.toContain('All up');
    });
    expect(shop.output).not.toMatch(/ended while|ERROR|Error:/);
    expect(await answers().catch(() => false)).toBe(false);
  });

  it('leaves no service behind where the starter was killed', async () => {
    pids = await shop.up();
    shop.killStarter();
    await until(() => ![...pids.values()].some(isAlive), 'the services to end', END_MS);
  });
});

/** The status of an order on a connection of its own, or why there is none. */
function placed(url: string, body: string, wait = 5): Promise<number | string> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', prefer: `wait=${wait}` };
    const sent = request(`${url}/orders`, { method: 'POST', agent: false, headers }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
      response.once('error', (error) => resolve(String(error)));
    });
    sent.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? String(error)));
    sent.end(body);
  });
}

/** Who has to have ended before whom. */
const ORDER = [['gateway'], ['order', 'payment', 'product'], ['auth', 'discovery']];

/** Who was seen to have ended while somebody before them was still there. */
async function endedTooEarly(pids: ReadonlyMap<string, number>): Promise<readonly string[]> {
  expect([...pids.keys()].sort()).toEqual(ORDER.flat().sort());
  const early = new Set<string>();
  const endedOf = (names: readonly string[]): readonly string[] => names.filter((name) => !isAlive(pids.get(name) ?? 0));
  await until(
    () => {
      // The last first: who is still there afterwards was so before.
      const ended = [...ORDER].reverse().map(endedOf).reverse();
      const isThere = ORDER.findIndex((names, at) => ended[at]?.length !== names.length);
      if (isThere >= 0) for (const name of ended.slice(isThere + 1).flat()) early.add(`${name} before ${ORDER[isThere]?.join(' and ')}`);
      return isThere < 0;
    },
    'all services to end',
    END_MS,
  );
  return [...early];
}
