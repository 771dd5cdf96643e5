import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './services.mjs';

/** What this checkout remembers under `.minos`, readable for its owner alone; made at the first time. */
export function ownFile(name, make) {
  const file = join(ROOT, '.minos', name);
  if (existsSync(file)) return { file, content: JSON.parse(readFileSync(file, 'utf8')), isNew: false };
  const content = make();
  mkdirSync(join(ROOT, '.minos'), { recursive: true });
  writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 });
  return { file, content, isNew: true };
}
