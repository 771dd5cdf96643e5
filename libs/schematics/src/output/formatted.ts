import { spawnSync } from 'node:child_process';
import type { Tree } from '../contracts/workspace.js';
import { readText } from '../project/read-source.js';

export interface FileText {
  readonly path: string;
  readonly text: string;
}

/** Formats a list of files on the standard input with the Prettier of the working folder, each as its configuration says. */
const PRETTIER = `
const { createRequire } = require('node:module');
const { join } = require('node:path');
const prettier = createRequire(join(process.cwd(), 'package.json'))('prettier');
const format = async ({ path, text }) => {
  const filepath = join(process.cwd(), path);
  return { path, text: await prettier.format(text, { ...(await prettier.resolveConfig(filepath, { editorconfig: true })), filepath }) };
};
let input = '';
process.stdin.on('data', (part) => (input += part)).on('end', async () => {
  process.stdout.write(JSON.stringify(await Promise.all(JSON.parse(input).map(format))));
});`;

/** The lists as the Prettier of the project would write them; as they are where the project has none, or it is not installed. */
export function formatted(tree: Tree, lists: readonly FileText[][]): FileText[][] {
  if (!hasPrettier(tree)) return [...lists];
  const { status, stdout } = spawnSync(process.execPath, ['-e', PRETTIER], { input: JSON.stringify(lists.flat()), encoding: 'utf8' });
  if (status !== 0) return [...lists];
  const texts = JSON.parse(stdout) as FileText[];
  return lists.map((list) => texts.splice(0, list.length));
}

function hasPrettier(tree: Tree): boolean {
  if (!tree.exists('/package.json')) return false;
  const { dependencies, devDependencies } = JSON.parse(readText(tree, '/package.json')) as Record<
    string,
    Record<string, string> | undefined
  >;
  return 'prettier' in { ...dependencies, ...devDependencies };
}
