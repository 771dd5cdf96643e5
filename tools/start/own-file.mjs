import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../files.mjs';

/** What this checkout remembers under `.minos`, readable for its owner alone. What `make` gives and the file lacks is added to it; what it has stays. */
export function ownFile(name, make) {
  const file = join(ROOT, '.minos', name);
  const kept = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  const content = { ...make(), ...kept };
  if (Object.keys(content).some((key) => kept?.[key] === undefined)) {
    mkdirSync(join(ROOT, '.minos'), { recursive: true });
    writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 });
  }
  return { file, content, isNew: kept === undefined };
}
