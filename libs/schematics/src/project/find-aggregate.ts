import { posix } from 'node:path';
import type { Tree } from '../contracts/workspace.js';
import { classWith } from '../edit/class-members.js';
import { AggregateFileNotFoundError, AggregateUnreadableError } from '../errors/schematic.errors.js';
import type { Element } from '../names/element.js';
import { filesOf, foldersUp } from './find-up.js';
import { readSource } from './read-source.js';

/** An aggregate that stands in the project. */
export interface FoundAggregate {
  readonly path: string;
  readonly className: string;
  /** Its file's name without the ending: `order` of `order.aggregate.ts`. */
  readonly subject: string;
}

const ENDING = '.aggregate.ts';

/**
 * The aggregate that an element concerns. `named` comes from the option: then it must be found (`AGGREGATE_FILE_NOT_FOUND`, `AGGREGATE_UNREADABLE`). Else it is that of the folder,
 * where the folder, or its `domain/`, has exactly one, or one that is named like the folder.
 */
export function findAggregate(tree: Tree, element: Element, named: string | undefined): FoundAggregate | undefined {
  const { folder, sourceRoot, subject } = element;
  for (const each of foldersUp(folder, sourceRoot)) {
    const places = [each, posix.join(each, 'domain'), ...(named === undefined ? [] : [posix.join(each, named)])];
    const files = places.flatMap((place) => filesOf(tree, place, (name) => name.endsWith(ENDING)));
    const found =
      files.find((file) => posix.basename(file) === `${named ?? subject}${ENDING}`) ?? onlyOne(files, named, each !== sourceRoot);
    if (found !== undefined) return readAggregate(tree, found, named !== undefined);
  }
  if (named !== undefined) throw new AggregateFileNotFoundError(named, folder);
  return undefined;
}

/** What stands directly below the source root concerns no folder. */
function onlyOne(files: readonly string[], named: string | undefined, ownFolder: boolean): string | undefined {
  return named === undefined && ownFolder && files.length === 1 ? files[0] : undefined;
}

/** A file of that name without such a class is none, unless it was asked for. */
function readAggregate(tree: Tree, path: string, asked: boolean): FoundAggregate | undefined {
  const declaration = classWith(readSource(tree, path), 'Aggregate');
  if (declaration?.name === undefined) {
    if (asked) throw new AggregateUnreadableError(path, 'it has no class with @Aggregate()');
    return undefined;
  }
  return { path, className: declaration.name.text, subject: posix.basename(path, ENDING) };
}
