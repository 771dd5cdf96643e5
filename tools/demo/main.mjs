import { isReady } from '../start/service-process.mjs';
import { startShop } from '../start/shop.mjs';
import { HttpClient } from './http-client.mjs';
import { readOptions } from './options.mjs';
import { fillCatalogue, readCatalogue } from './products.mjs';
import { readBack, shop } from './shopping.mjs';
import { summary } from './summary.mjs';

const show = (line) => process.stdout.write(`${line}\n`);

/** Resolves with the exit code: 0 where everything was stored as it was acknowledged. */
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
    const filled = await fillCatalogue(productClient);
    const shopping = await shop(client, { orders, concurrency });
    const reading = await readBack(client, { placed: shopping.placed, concurrency });
    const catalogue = { ...filled, ...(await readCatalogue(productClient)) };
    for (const line of summary({ shopping, reading, catalogue })) show(line);
    return shopping.faults.length + reading.wrong.length + catalogue.wrong.length === 0 ? 0 : 1;
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
