import { linksOf } from './links.mjs';
import { readStartOptions } from './options.mjs';
import { startShop } from './shop.mjs';
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
let ending;

/** Ends everything once; a second signal changes nothing. */
function end(code, why) {
  ending ??= (async () => {
    if (why !== undefined) show(why);
    watch?.close();
    builders?.close();
    await shop?.stop();
    process.exitCode = code;
  })();
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(0, '\nStopping …'));

try {
  if (watching) {
    builders = startBuilders(show);
    await builders.built;
  }
  const begun = performance.now();
  const started = await startShop({
    ...{ show, auth, counts },
    onEnded: (one, how) => {
      const line = `${one.label} ended (${how.signal ?? `code ${how.code}`}); its log is in ${one.logFile}`;
      if (watching) show(`${line}. It starts again with the next change.`);
      else end(1, `${line}\nStopping the others …`);
    },
  });
  shop = started;
  if (ending !== undefined) await shop.stop();
  else {
    show(`\nAll up after ${((performance.now() - begun) / 1000).toFixed(1)} s\n`);
    for (const line of [...shop.table.lines(), '', ...linksOf(shop)]) show(line);
    if (watching) watch = restartOnBuild(builders, shop, show);
  }
} catch (error) {
  builders?.close();
  show(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
