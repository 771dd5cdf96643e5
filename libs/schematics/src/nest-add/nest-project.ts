import { posix } from 'node:path';
import ts from 'typescript';
import type { Tree } from '../contracts/workspace.js';
import { ElementNameInvalidError } from '../errors/schematic.errors.js';
import { kebabOf } from '../names/spelling.js';
import { readText } from '../project/read-source.js';

/** The application that is to become a service. */
export interface Project {
  /** Absolute. */
  readonly sourceRoot: string;
  readonly service: string;
  /** Where its durable names are recorded, from the root of the project: `minos.names.json`, `apps/order/minos.names.json`. */
  readonly namesFile: string;
  /** Where the plans of its sagas are. */
  readonly sagasFile: string;
}

/** As `service` of MinosModule.forRoot() has it. */
const SERVICE = /^[a-z][a-z\d]*(-[a-z\d]+)*$/;

/** Throws `ELEMENT_NAME_INVALID` where nothing gives a name for the service. */
export function projectAt(tree: Tree, sourceRoot: string, name: string | undefined): Project {
  const root = posix.join('/', sourceRoot);
  const service = kebabOf(name ?? nameInWorkspace(tree, root) ?? nameOfPackage(tree));
  if (!SERVICE.test(service)) throw new ElementNameInvalidError('service', service, 'give words of small letters and digits, as order');
  const recorded = (file: string): string => posix.join(posix.dirname(root), file).slice(1);
  return { sourceRoot: root, service, namesFile: recorded('minos.names.json'), sagasFile: recorded('minos.sagas.json') };
}

/** The application of nest-cli.json with this source root. */
function nameInWorkspace(tree: Tree, sourceRoot: string): string | undefined {
  if (!tree.exists('/nest-cli.json')) return undefined;
  // The CLI allows comments there.
  const parsed: { config?: unknown } = ts.parseConfigFileTextToJson('/nest-cli.json', readText(tree, '/nest-cli.json'));
  const { projects = {} } = (parsed.config ?? {}) as { projects?: Record<string, { sourceRoot?: string }> };
  return Object.entries(projects).find(([, project]) => posix.join('/', project.sourceRoot ?? '') === sourceRoot)?.[0];
}

/** Without its scope. */
function nameOfPackage(tree: Tree): string {
  if (!tree.exists('/package.json')) return '';
  const { name = '' } = JSON.parse(readText(tree, '/package.json')) as { name?: string };
  return name.replace(/^@[^/]+\//, '');
}
