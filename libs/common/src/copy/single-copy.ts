import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DuplicateCommonError } from './copy.errors.js';

const COPIES = Symbol.for('@minos/common/copy');

/** Folders from which this package was loaded; a folder that is loaded again, as test runners do, counts once. */
function copies(): Set<string> {
  const holder = globalThis as { [COPIES]?: Set<string> };
  return (holder[COPIES] ??= new Set());
}

/** The folder of this package. Marks this copy as loaded; called once when the package is. */
export function markCopy(folder = dirname(__dirname)): void {
  copies().add(folder);
}

/** Throws `DUPLICATE_COMMON` with version and folder of each copy, if there are several. Applications call it at boot. */
export function assertSingleCopy(): void {
  const folders = [...copies()];
  if (folders.length > 1) throw new DuplicateCommonError(folders.map((folder) => `${folder} (version ${versionIn(folder)})`));
}

/** `folder` is `dist` or `src` of the package. */
function versionIn(folder: string): string {
  try {
    const manifest = JSON.parse(readFileSync(join(dirname(folder), 'package.json'), 'utf8')) as { version?: string };
    return manifest.version ?? 'unknown';
  } catch {
    return 'unknown';
  }
}

markCopy();
