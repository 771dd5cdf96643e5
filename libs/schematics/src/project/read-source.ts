import { SourceText } from '../edit/source-text.js';
import type { Tree } from '../contracts/workspace.js';

/** The text of a file that exists. */
export function readText(tree: Tree, path: string): string {
  return new TextDecoder().decode(tree.read(path) ?? new Uint8Array());
}

export function readSource(tree: Tree, path: string): SourceText {
  return new SourceText(path, readText(tree, path));
}
