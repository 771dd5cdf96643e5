import { posix } from 'node:path';
import type { Tree } from '../contracts/workspace.js';
import { namesExtensions } from '../edit/imports.js';
import { filesOf } from './find-up.js';
import { readSource, readText } from './read-source.js';

/** How one file of the project imports another. */
export type ImportPath = (from: string, to: string) => string;

/** With `.js` where the project is one of ES modules, or its files below the source root write it. */
export function importPaths(tree: Tree, sourceRoot: string): ImportPath {
  const extension = writesExtensions(tree, sourceRoot) ? '.js' : '';
  return (from, to) => {
    const path = posix.relative(posix.dirname(from), to).replace(/\.ts$/, extension);
    return path.startsWith('.') ? path : `./${path}`;
  };
}

function writesExtensions(tree: Tree, sourceRoot: string): boolean {
  if (tree.exists('/package.json')) {
    const { type } = JSON.parse(readText(tree, '/package.json')) as { type?: string };
    if (type === 'module') return true;
  }
  return filesOf(tree, sourceRoot, (name) => name.endsWith('.ts')).some((path) => namesExtensions(readSource(tree, path)));
}
