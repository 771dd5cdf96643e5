import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from '../files.mjs';
import { SERVICES } from './services.mjs';

/** A saved file may make two compilers build; the services start again once, when both were quiet for so long. */
const QUIET_MS = 500;
const BUILT = /Found (\d+) errors?\./;
const NOISE = /^\s*$|Starting (incremental )?compilation|File change detected|Found 0 errors/;

/**
 * The compilers of libraries and services, running until `close()`. `built` resolves when each has been through once; later
 * builds without errors are told to the listener, `undefined` meaning the libraries and so every service.
 */
export function startBuilders(show) {
  let listener = () => undefined;
  const told = (name) => listener(name);
  const builders = [
    startBuilder('libs', ['typescript/bin/tsc', '-b', 'tsconfig.libs.json', '--watch', '--preserveWatchOutput'], {
      show,
      built: () => told(undefined),
    }),
    ...SERVICES.map(({ name }) =>
      startBuilder(name, ['@nestjs/cli/bin/nest.js', 'build', name, '--watch', '--preserveWatchOutput'], { show, built: () => told(name) }),
    ),
  ];
  return {
    built: Promise.all(builders.map(({ first }) => first)),
    listen: (heard) => (listener = heard),
    close: () => builders.forEach(({ child }) => child.kill('SIGTERM')),
  };
}

/** Restarts services when their own code or that of a library was built anew. */
export function restartOnBuild(builders, shop, show) {
  const restarts = shop.processes.map((one) => ({ service: one.service.name, soon: debounced(() => void restart(shop, one, show)) }));
  builders.listen((name) => {
    for (const { service, soon } of restarts) if (name === undefined || name === service) soon();
  });
  show('Watching: a saved file is built, and the service starts again.');
  return { close: () => restarts.forEach(({ soon }) => soon.cancel()) };
}

async function restart(shop, one, show) {
  try {
    await shop.restart(one);
  } catch (error) {
    show(error instanceof Error ? error.message : String(error));
  }
}

function startBuilder(label, [script, ...args], { show, built }) {
  const child = spawn(process.execPath, [join(ROOT, 'node_modules', script), ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const first = new Promise((resolve) => {
    child.once('exit', resolve);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        const errors = BUILT.exec(line)?.[1];
        if (errors === '0') built();
        if (errors !== undefined) resolve();
        if (!NOISE.test(line)) show(`${label} │ ${line}`);
      });
    }
  });
  return { child, first };
}

function debounced(action) {
  let timer;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(action, QUIET_MS);
  };
  soon.cancel = () => clearTimeout(timer);
  return soon;
}
