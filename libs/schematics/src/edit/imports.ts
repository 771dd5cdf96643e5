import ts from 'typescript';
import type { SourceText } from './source-text.js';

/** Makes sure that a name is imported as a value; a file that has it already stays as it is. */
export function withImport(source: SourceText, name: string, from: string): SourceText {
  const imports = source.file.statements.filter(ts.isImportDeclaration);
  if (imports.some((declaration) => namesOf(declaration).some((element) => element.name.text === name && !element.isTypeOnly)))
    return source;
  const same = imports.find((declaration) => moduleOf(declaration) === from && namesOf(declaration).length > 0);
  const last = namesOf(same).at(-1);
  if (last !== undefined) return source.with([{ at: last.getEnd(), text: `, ${name}` }]);
  const line = `import { ${name} } from ${source.quote}${from}${source.quote};`;
  const before = imports.at(-1);
  if (before === undefined) return source.with([{ at: 0, text: `${line}${source.newline}` }]);
  return source.with([{ at: source.lineEnd(before.getEnd()), text: `${source.newline}${line}` }]);
}

/** The module that a name is imported from; undefined where it is not imported. */
export function importedFrom(source: SourceText, name: string): string | undefined {
  const imports = source.file.statements.filter(ts.isImportDeclaration);
  const found = imports.find((declaration) => namesOf(declaration).some((element) => element.name.text === name));
  return found && moduleOf(found);
}

/** Whether the file names its neighbours with the extension `.js`. */
export function namesExtensions(source: SourceText): boolean {
  return source.file.statements.filter(ts.isImportDeclaration).some((declaration) => /^\.{1,2}\/.*\.js$/.test(moduleOf(declaration)));
}

function moduleOf({ moduleSpecifier }: ts.ImportDeclaration): string {
  return ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : '';
}

/** Named bindings of an import of values. */
function namesOf(declaration: ts.ImportDeclaration | undefined): readonly ts.ImportSpecifier[] {
  const bindings = declaration?.importClause?.namedBindings;
  if (bindings === undefined || !ts.isNamedImports(bindings)) return [];
  return declaration?.importClause?.isTypeOnly ? [] : bindings.elements;
}
