import ts from 'typescript';
import { ModuleUnreadableError } from '../errors/schematic.errors.js';
import { appendToList, elementsOf, propertiesOf } from './list-insertion.js';
import type { SourceText } from './source-text.js';

/** Lists of a module that elements are added to. */
export type ModuleList = 'imports' | 'providers';

/** What `MinosModule.forFeature()` takes. */
export type FeatureList = 'aggregates' | 'messages' | 'sagas';

/** Adds an expression to a list of `@Module()`, unless it is there. Throws `MODULE_UNREADABLE` where the list is no literal. */
export function withModuleElement(source: SourceText, list: ModuleList, element: string): SourceText {
  return withListElement(source, metadataOf(source, element), list, element);
}

/** Adds a class to `MinosModule.forFeature()` of the module, and that to its imports where there is none. */
export function withFeature(source: SourceText, list: FeatureList, element: string): SourceText {
  const feature = featureOf(source, element);
  if (feature === undefined) return withModuleElement(source, 'imports', `MinosModule.forFeature({ ${list}: [${element}] })`);
  return withListElement(source, feature, list, element);
}

/** The call of `name.method()` among the imports of the module. */
export function importedCall(source: SourceText, name: string, method: string): ts.CallExpression | undefined {
  const imports = propertyOf(metadataOf(source, name), 'imports')?.initializer;
  if (imports === undefined || !ts.isArrayLiteralExpression(imports)) return undefined;
  return imports.elements.filter(ts.isCallExpression).find(({ expression }) => expression.getText(source.file) === `${name}.${method}`);
}

function featureOf(source: SourceText, element: string): ts.ObjectLiteralExpression | undefined {
  const call = importedCall(source, 'MinosModule', 'forFeature');
  const options = call?.arguments[0];
  if (options === undefined || ts.isObjectLiteralExpression(options)) return options;
  throw new ModuleUnreadableError(source.path, 'MinosModule.forFeature() is not given an object literal', element);
}

/** What `@Module()` of the file is given: the first class with the decorator counts. */
function metadataOf(source: SourceText, element: string): ts.ObjectLiteralExpression {
  const decorator = source
    .find(ts.isDecorator)
    .map(({ expression }) => expression)
    .filter(ts.isCallExpression)
    .find(({ expression }) => expression.getText(source.file) === 'Module');
  const metadata = decorator?.arguments[0];
  if (metadata !== undefined && ts.isObjectLiteralExpression(metadata)) return metadata;
  const found = decorator === undefined ? 'There is no @Module()' : '@Module() is not given an object literal';
  throw new ModuleUnreadableError(source.path, found, element);
}

function withListElement(source: SourceText, object: ts.ObjectLiteralExpression, list: string, element: string): SourceText {
  const property = object.properties.find((candidate) => candidate.name?.getText(source.file) === list);
  if (property === undefined) return source.with(appendToList(source, propertiesOf(object), `${list}: [${element}]`));
  const value = ts.isPropertyAssignment(property) ? property.initializer : property;
  if (!ts.isArrayLiteralExpression(value)) throw new ModuleUnreadableError(source.path, `"${list}" is no array literal`, element);
  if (value.elements.some((present) => present.getText(source.file) === element)) return source;
  return source.with(appendToList(source, elementsOf(value), element));
}

function propertyOf(object: ts.ObjectLiteralExpression, name: string): ts.PropertyAssignment | undefined {
  return object.properties.filter(ts.isPropertyAssignment).find((property) => property.name.getText() === name);
}
