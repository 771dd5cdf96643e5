import ts from 'typescript';
import type { Tree } from '../contracts/workspace.js';
import { decoratorsOf } from '../edit/class-members.js';
import type { SourceText } from '../edit/source-text.js';
import type { Element } from '../names/element.js';
import { filesOf, foldersUp } from './find-up.js';
import { readSource } from './read-source.js';
import { posix } from 'node:path';

/** An event class of the project. */
export interface FoundEvent {
  readonly path: string;
  readonly className: string;
  /** Its durable name. */
  readonly name: string;
}

/** Exported classes with `@Event('…')` in the nearest folder, its `domain/` and the folders of its events, that has any. */
export function findEvents(tree: Tree, { folder, sourceRoot }: Element): FoundEvent[] {
  for (const each of foldersUp(folder, sourceRoot)) {
    const places = [each, ...tree.getDir(each).subdirs.map((name) => posix.join(each, name))];
    const files = places.flatMap((place) => filesOf(tree, place, (name) => /\.events?\.ts$/.test(name)));
    const found = files.flatMap((path) => eventsOf(readSource(tree, path)));
    if (found.length > 0) return found;
  }
  return [];
}

function eventsOf(source: SourceText): FoundEvent[] {
  return source.find(ts.isClassDeclaration).flatMap((declaration) => {
    const exported = declaration.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    const name = durableNameOf(declaration);
    if (!exported || name === undefined || declaration.name === undefined) return [];
    return [{ path: source.path, className: declaration.name.text, name }];
  });
}

function durableNameOf(declaration: ts.ClassDeclaration): string | undefined {
  if (!decoratorsOf(declaration).includes('Event')) return undefined;
  const call = (ts.getDecorators(declaration) ?? []).map(({ expression }) => expression).find(ts.isCallExpression);
  const name = call?.arguments[0];
  return name !== undefined && ts.isStringLiteral(name) ? name.text : undefined;
}
