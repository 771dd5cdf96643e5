import ts from 'typescript';
import type { Tree } from '../contracts/workspace.js';
import { importedCall } from '../edit/module-metadata.js';
import { filesOf } from './find-up.js';
import { readSource } from './read-source.js';

/** `service` of `MinosModule.forRoot({ service: '…' })` in a module directly below the source root; undefined where it is not written there. */
export function serviceName(tree: Tree, sourceRoot: string): string | undefined {
  const modules = filesOf(tree, sourceRoot, (name) => name.endsWith('.module.ts')).map((path) => readSource(tree, path));
  for (const source of modules.filter(({ text }) => text.includes('@Module(') && text.includes('MinosModule.forRoot'))) {
    const options = importedCall(source, 'MinosModule', 'forRoot')?.arguments[0];
    const found = options !== undefined && ts.isObjectLiteralExpression(options) ? stringOf(options, 'service') : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function stringOf(object: ts.ObjectLiteralExpression, name: string): string | undefined {
  const property = object.properties.filter(ts.isPropertyAssignment).find((candidate) => candidate.name.getText() === name);
  return property !== undefined && ts.isStringLiteral(property.initializer) ? property.initializer.text : undefined;
}
