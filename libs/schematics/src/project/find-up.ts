import { posix } from 'node:path';
import type { Tree } from '../contracts/workspace.js';

/** Folders from one to another above it, both included, the nearest first. */
export function foldersUp(from: string, to: string): string[] {
  const folders = [from];
  for (let folder = from; folder !== to && folder !== '/';) folders.push((folder = posix.dirname(folder)));
  return folders;
}

/** Paths of the files of a folder whose names fit. */
export function filesOf(tree: Tree, folder: string, fits: (name: string) => boolean): string[] {
  return tree
    .getDir(folder)
    .subfiles.filter(fits)
    .map((name) => posix.join(folder, name))
    .sort();
}
