import { Ending } from './ending.mjs';
import { linksOf } from './links.mjs';
import { readStartOptions } from './options.mjs';
import { openShop } from './shop.mjs';
import { restartOnBuild, startBuilders } from './watch.mjs';

const show = (line) => process.stdout.write(`${line}\n`);
const options = readStartOptions(process.argv.slice(2));
if (options.help !== undefined || options.fault !== undefined) {
  show(options.help ?? options.fault);
  process.exit(options.fault === undefined ? 0 : 2);
}
const { watch: watching, auth, counts } = options;

let shop;
let builders;
let watch;

const ending = new Ending({
  show,
  inOrder: async () => {
    watch?.close();
    builders?.close();
    await shop?.stop();
    show('Stopped.');
  },
  atOnce: () => shop?.kill(),
}).listen();

/** A service that ends by itself takes the others with it, unless its next build may mend it. */
function onEnded(one, how) {
  const line = `${one.label} ended (${how.signal ?? `code ${how.code}`}); its log is in ${one.logFile}`;
  if (watching) show(`${line}. It starts again with the next change.`);
  else ending.end(1, `${line}\nStopping the others …`);
}

async function run() {
  if (watching) {
    builders = startBuilders(show);
    await builders.built;
  }
  const begun = performance.now();
  if (ending.begun) return;
  shop = await openShop({ show, auth, counts, onEnded });
  if (!ending.begun) await shop.start();
  if (ending.begun) return shop.stop();
  show(`\nAll up after ${((performance.now() - begun) / 1000).toFixed(1)} s\n`);
  for (const line of [...shop.table.lines(), '', ...linksOf(shop)]) show(line);
  if (watching) watch = restartOnBuild(builders, shop, show);
}

await run().catch((error) => {
  // Where it is ending, services that do not come up any more are no fault.
  if (ending.begun) return;
  builders?.close();
  show(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
