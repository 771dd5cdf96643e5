import { posix } from 'node:path';
import { ModuleAmbiguousError, ModuleNotFoundError } from '../errors/schematic.errors.js';
import type { Tree } from '../contracts/workspace.js';
import type { Element } from '../names/element.js';
import { given } from '../names/generator-options.js';
import { filesOf, foldersUp } from './find-up.js';

/**
 * The file of the module to register in: what the option says, else the one of the nearest folder, where of several that named like the folder, or
 * `app.module.ts`, counts. Throws `MODULE_NOT_FOUND` and `MODULE_AMBIGUOUS`.
 */
export function findModule(tree: Tree, { folder, sourceRoot }: Element, option: string | undefined): string {
  const said = given(option);
  if (said !== undefined) return chosen(tree, sourceRoot, said);
  for (const each of foldersUp(folder, sourceRoot)) {
    const files = filesOf(tree, each, (name) => name.endsWith('.module.ts'));
    const named = files.find((file) => [`${posix.basename(each)}.module.ts`, 'app.module.ts'].includes(posix.basename(file)));
    if (named !== undefined) return named;
    if (files.length > 1) throw new ModuleAmbiguousError(files);
    if (files[0] !== undefined) return files[0];
  }
  throw new ModuleNotFoundError(`No *.module.ts stands in ${folder} or a folder above, up to ${sourceRoot}`);
}

/** From the root of the project or below the source root, with or without the ending. */
function chosen(tree: Tree, sourceRoot: string, said: string): string {
  const places = [posix.join('/', said), posix.join(sourceRoot, said)];
  const found = places
    .flatMap((place) => [place, `${place}.ts`, `${place}.module.ts`])
    .find((path) => path.endsWith('.ts') && tree.exists(path));
  if (found === undefined)
    throw new ModuleNotFoundError(`The option "module" is "${said}", and there is no such file (${places.join(', ')})`);
  return found;
}
