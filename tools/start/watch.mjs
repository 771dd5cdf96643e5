import { spawn } from 'node:child_process';
import { existsSync, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT, SERVICES } from './services.mjs';

/** A build writes many files; the service starts again when it has been quiet for so long. */
const QUIET_MS = 400;
const NOISE = /^\s*$|Starting (incremental )?compilation|File change detected|Watching for file changes|Found 0 errors/;

/** Rebuilds libraries and services on save, and restarts the services whose code changed. */
export function watchBuilds(shop, show) {
  const builders = [
    builder('libs', ['typescript/bin/tsc', '-b', 'tsconfig.libs.json', '--watch', '--preserveWatchOutput'], show),
    ...SERVICES.map(({ name }) => builder(name, ['@nestjs/cli/bin/nest.js', 'build', name, '--watch', '--preserveWatchOutput'], show)),
  ];
  const restarts = shop.processes.map((one) => debounced(() => void restart(shop, one, show)));
  const watchers = [
    ...libraryFolders().map((folder) => watchCode(folder, () => restarts.forEach((soon) => soon()))),
    ...shop.processes.map(({ service }, index) => watchCode(join(service.entry, '..'), restarts[index])),
  ];
  show('Watching: a saved file is built, and the service starts again.');
  return {
    close() {
      for (const watcher of watchers) watcher.close();
      for (const soon of restarts) soon.cancel();
      for (const child of builders) child.kill('SIGTERM');
    },
  };
}

async function restart(shop, one, show) {
  try {
    await shop.restart(one);
  } catch (error) {
    show(error instanceof Error ? error.message : String(error));
  }
}

function builder(label, [script, ...args], show) {
  const child = spawn(process.execPath, [join(ROOT, 'node_modules', script), ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      if (!NOISE.test(line)) show(`${label} │ ${line}`);
    });
  }
  return child;
}

function libraryFolders() {
  const libs = join(ROOT, 'libs');
  return readdirSync(libs)
    .map((name) => join(libs, name, 'dist'))
    .filter((folder) => existsSync(folder));
}

function watchCode(folder, changed) {
  return watch(folder, { recursive: true }, (_event, file) => {
    if (file === null || file.endsWith('.js')) changed();
  });
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
