import { Ending, INTERRUPTED } from '../start/ending.mjs';
import { isReady } from '../start/service-process.mjs';
import { checkMoney, openAccounts } from './accounts.mjs';
import { checkConservation } from './conservation.mjs';
import { HttpClient } from './http-client.mjs';
import { readOptions } from './options.mjs';
import { readOutcomes } from './outcomes.mjs';
import { openOwnShop } from './own-shop.mjs';
import { people } from './people.mjs';
import { fillCatalogue, readStock } from './products.mjs';
import { dearestOrder, shop } from './shopping.mjs';
import { summary } from './summary.mjs';

const show = (line) => process.stdout.write(`${line}\n`);

/** Resolves with the exit code: 0 where every order ended as it must, and stock and money agree. */
async function demo({ url, ...options }) {
  const running = await isReady(url);
  show(running ? `Using the shop at ${url}` : `Nothing answers at ${url}, so the shop is built and started for the demo.`);
  const own = running ? undefined : await openOwnShop(show);
  const ending = new Ending({
    show,
    inOrder: async () => {
      await own?.stop();
      process.exit(INTERRUPTED);
    },
    atOnce: () => own?.kill(),
  }).listen();
  const client = new HttpClient(url, options.concurrency);
  try {
    await own?.start();
    const report = await drive(client, options);
    for (const line of summary(report)) show(line);
    const { shopping, outcomes, stock, money } = report;
    return [shopping.faults, outcomes.wrong, stock.wrong, money.wrong].every((faults) => faults.length === 0) ? 0 : 1;
  } catch (error) {
    // Who stops the shop is not told that it is away.
    if (ending.begun) return INTERRUPTED;
    throw error;
  } finally {
    client.close();
    await own?.stop();
  }
}

/** Shops, waits for the ends, and compares what the three services say. */
async function drive(client, { orders, doomed, concurrency, customers }) {
  const { logins, admin, shoppers } = await people(client, Math.min(customers, orders) + 1);
  show(logins ? `${shoppers.length} customers have registered and logged in` : 'Without logins: everybody is "dev"');
  const catalogue = await fillCatalogue(admin);
  const before = await readStock(admin);
  const priceOf = (sku) => before.get(sku).price;
  const [pauper, ...others] = shoppers;
  // Each of them can pay all of its orders, should they be the dearest ones.
  const deposit = dearestOrder(Math.max(...[...before.keys()].map(priceOf))) * Math.ceil(orders / others.length);
  const rich = await openAccounts(others, { deposit, concurrency });
  const poor = await openAccounts([pauper], { deposit: 1 });
  const shopping = await shop({ orders, doomed, concurrency, rich: rich.owners, poor: poor.owners[0] });
  const outcomes = await readOutcomes(admin, { placed: shopping.placed, concurrency, priceOf });
  const stock = await checkConservation(admin, { before, sold: outcomes.sold });
  const money = await checkMoney(admin, new Map([...rich.deposits, ...poor.deposits]), { captured: outcomes.paid, concurrency });
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
