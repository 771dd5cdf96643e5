import { isReady } from '../start/service-process.mjs';
import { startShop } from '../start/shop.mjs';
import { HttpClient } from './http-client.mjs';
import { readOptions } from './options.mjs';
import { readBack, shop } from './shopping.mjs';
import { summary } from './summary.mjs';

const show = (line) => process.stdout.write(`${line}\n`);

/** Resolves with the exit code: 0 where everything was stored as it was acknowledged. */
async function demo({ url, orders, concurrency }) {
  const running = await isReady(url);
  show(running ? `Using the service at ${url}` : 'No service answers, so it is started for the demo.');
  const own = running ? undefined : await startShop({ show });
  const stop = () => void own?.stop();
  process.once('SIGINT', stop);
  const client = new HttpClient(url, concurrency);
  try {
    const shopping = await shop(client, { orders, concurrency });
    const reading = await readBack(client, { placed: shopping.placed, concurrency });
    for (const line of summary({ shopping, reading })) show(line);
    return shopping.faults.length + reading.wrong.length === 0 ? 0 : 1;
  } finally {
    client.close();
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
