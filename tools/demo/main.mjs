import { isReady } from '../start/service-process.mjs';
import { startShop } from '../start/shop.mjs';
import { checkMoney, openAccounts } from './accounts.mjs';
import { checkConservation } from './conservation.mjs';
import { HttpClient } from './http-client.mjs';
import { readOptions } from './options.mjs';
import { readOutcomes } from './outcomes.mjs';
import { fillCatalogue, readStock } from './products.mjs';
import { dearestOrder, shop } from './shopping.mjs';
import { summary } from './summary.mjs';

const show = (line) => process.stdout.write(`${line}\n`);

/** So many accounts pay: the orders of one are decided one after the other. */
const RICH = 64;

/** Resolves with the exit code: 0 where every order ended as it must, and stock and money agree. */
async function demo({ url, productUrl, paymentUrl, ...options }) {
  const urls = [url, productUrl, paymentUrl];
  const answering = await Promise.all(urls.map(isReady));
  const running = answering.every(Boolean);
  show(running ? `Using the services at ${urls.join(', ')}` : 'Not all services answer, so they are started for the demo.');
  const own = running ? undefined : await startShop({ show });
  const stop = () => void own?.stop();
  process.once('SIGINT', stop);
  const [orders, products, payments] = urls.map((one) => new HttpClient(one, options.concurrency));
  try {
    const report = await drive({ orders, products, payments }, options);
    for (const line of summary(report)) show(line);
    const { shopping, outcomes, stock, money } = report;
    return [shopping.faults, outcomes.wrong, stock.wrong, money.wrong].every((faults) => faults.length === 0) ? 0 : 1;
  } finally {
    for (const client of [orders, products, payments]) client.close();
    process.off('SIGINT', stop);
    await own?.stop();
  }
}

/** Shops, waits for the ends, and compares what the three services say. */
async function drive({ orders: client, products, payments }, { orders, doomed, concurrency }) {
  const catalogue = await fillCatalogue(products);
  const before = await readStock(products);
  const priceOf = (sku) => before.get(sku).price;
  // Each of them can pay all of its orders, should they be the dearest ones.
  const deposit = dearestOrder(Math.max(...[...before.keys()].map(priceOf))) * Math.ceil(orders / RICH);
  const rich = await openAccounts(payments, { count: Math.min(RICH, orders), deposit, concurrency });
  const poor = await openAccounts(payments, { count: 1, deposit: 1 });
  const accounts = { rich: [...rich.keys()], poor: [...poor.keys()][0] };
  const shopping = await shop(client, { orders, doomed, concurrency, ...accounts });
  const outcomes = await readOutcomes(client, { placed: shopping.placed, concurrency, priceOf });
  const stock = await checkConservation(products, { before, sold: outcomes.sold });
  const money = await checkMoney(payments, new Map([...rich, ...poor]), { captured: outcomes.paid, concurrency });
  return { catalogue, shopping, outcomes, stock, money };
}

const options = readOptions(process.argv.slice(2));
if (options.help !== undefined) show(options.help);
else if (options.fault !== undefined) {
  show(options.fault);
  process.exitCode = 2;
} else {
  process.exitCode = await demo(options).catch((error) => (show(error instanceof Error ? error.message : String(error)), 1));
}
