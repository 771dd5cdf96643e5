import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * The folder that all processes of a project share: the nearest one upwards whose `package.json` has `workspaces`, else the nearest
 * with a `package.json`, else `from` itself.
 */
export function findWorkspaceRoot(from: string): string {
  let nearest: string | undefined;
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file)) {
      nearest ??= folder;
      if (hasWorkspaces(file)) return folder;
    }
    if (dirname(folder) === folder) return nearest ?? resolve(from);
  }
}

function hasWorkspaces(file: string): boolean {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof content === 'object' && content !== null && 'workspaces' in content;
  } catch {
    return false;
  }
}
