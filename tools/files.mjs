// @ts-check
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..');

const SKIPPED = new Set(['node_modules', 'dist', 'coverage', '.git', '.minos']);

/**
 * Files below a folder, as paths from the root, sorted.
 * @param {(path: string) => boolean} wanted
 * @param {string} [folder]
 * @returns {string[]}
 */
export function listFiles(wanted, folder = '') {
  const entries = readdirSync(join(ROOT, folder), { withFileTypes: true });
  return entries
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : listFiles(wanted, path);
      return entry.isFile() && wanted(path) ? [path] : [];
    })
    .sort();
}
