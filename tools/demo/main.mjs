import { isReady } from '../start/service-process.mjs';
import { startShop } from '../start/shop.mjs';
import { checkConservation } from './conservation.mjs';
import { HttpClient } from './http-client.mjs';
import { readOptions } from './options.mjs';
import { readOutcomes } from './outcomes.mjs';
import { fillCatalogue, readStock } from './products.mjs';
import { scarcePieces, shop } from './shopping.mjs';
import { summary } from './summary.mjs';

const show = (line) => process.stdout.write(`${line}\n`);

/** Resolves with the exit code: 0 where every order ended as it was acknowledged and the stock agrees. */
async function demo({ url, productUrl, orders, concurrency }) {
  const answering = await Promise.all([url, productUrl].map(isReady));
  const running = answering.every(Boolean);
  show(running ? `Using the services at ${url} and ${productUrl}` : 'Not all services answer, so they are started for the demo.');
  const own = running ? undefined : await startShop({ show });
  const stop = () => void own?.stop();
  process.once('SIGINT', stop);
  const client = new HttpClient(url, concurrency);
  const productClient = new HttpClient(productUrl, concurrency);
  try {
    const catalogue = await fillCatalogue(productClient, scarcePieces(orders));
    const before = await readStock(productClient);
    const shopping = await shop(client, { orders, concurrency });
    const outcomes = await readOutcomes(client, { placed: shopping.placed, concurrency });
    const stock = await checkConservation(productClient, { before, sold: outcomes.sold });
    for (const line of summary({ shopping, outcomes, stock, catalogue })) show(line);
    return shopping.faults.length + outcomes.wrong.length + stock.wrong.length === 0 ? 0 : 1;
  } finally {
    client.close();
    productClient.close();
    process.off('SIGINT', stop);
    await own?.stop();
  }
}

const options = readOptions(process.argv.slice(2));
if (options.help !== undefined) show(options.help);
else if (options.fault !== undefined) {
  show(options.fault);
  process.exitCode = 2;
} else {
  process.exitCode = await demo(options).catch((error) => (show(error instanceof Error ? error.message : String(error)), 1));
}
