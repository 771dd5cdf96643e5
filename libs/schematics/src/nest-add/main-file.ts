import { posix } from 'node:path';
import ts from 'typescript';
import type { Tree } from '../contracts/workspace.js';
import { importedFrom } from '../edit/imports.js';
import type { SourceText } from '../edit/source-text.js';
import { MainUnreadableError } from '../errors/schematic.errors.js';
import { readSource } from '../project/read-source.js';

/** The module that `NestFactory.create()` is given in main.ts. Throws `MAIN_UNREADABLE`. */
export function findRootModule(tree: Tree, main: string): { readonly path: string; readonly className: string } {
  if (!tree.exists(main)) throw new MainUnreadableError(main, 'does not exist');
  const source = readSource(tree, main);
  const module = creationIn(source)?.arguments[0];
  if (module === undefined || !ts.isIdentifier(module))
    throw new MainUnreadableError(main, 'does not call NestFactory.create() with a module');
  const from = importedFrom(source, module.text);
  const path = from === undefined ? main : posix.join(posix.dirname(main), `${from.replace(/\.js$/, '')}.ts`);
  if (!tree.exists(path)) throw new MainUnreadableError(main, `imports ${module.text} from ${from ?? main}, where no file is`);
  return { path, className: module.text };
}

/** Calls `enableShutdownHooks()` on the application after it is made, unless the file does somewhere. */
export function withShutdownHooks(source: SourceText): SourceText {
  if (source.text.includes('enableShutdownHooks')) return source;
  const statement = source.find(ts.isVariableStatement).find((candidate) => candidate.getText(source.file).includes('NestFactory.create'));
  const name = statement?.declarationList.declarations[0]?.name;
  if (statement === undefined || name === undefined || !ts.isIdentifier(name))
    throw new MainUnreadableError(source.path, 'does not keep what NestFactory.create() gives in a variable');
  const line = `${source.indentAt(statement.getStart(source.file))}${name.text}.enableShutdownHooks();`;
  return source.with([{ at: source.lineEnd(statement.getEnd()), text: `${source.newline}${line}` }]);
}

function creationIn(source: SourceText): ts.CallExpression | undefined {
  return source.find(ts.isCallExpression).find(({ expression }) => /^NestFactory\s*\.create/.test(expression.getText(source.file)));
}
