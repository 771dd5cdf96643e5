import type ts from 'typescript';
import type { Insertion, SourceText } from './source-text.js';

/** A list between brackets: elements of an array, properties of an object, members of a class. */
export interface BracketedList {
  readonly node: ts.ArrayLiteralExpression | ts.ObjectLiteralExpression;
  readonly elements: ts.NodeArray<ts.Node>;
}

export function elementsOf(array: ts.ArrayLiteralExpression): BracketedList {
  return { node: array, elements: array.elements };
}

export function propertiesOf(object: ts.ObjectLiteralExpression): BracketedList {
  return { node: object, elements: object.properties };
}

/** Adds one element at the end, on a line of its own where the others have one. Comments stay with the element that they stand at. */
export function appendToList(source: SourceText, { node, elements }: BracketedList, element: string): Insertion[] {
  const close = node.getEnd() - 1;
  const last = elements.at(-1);
  if (last === undefined) return [{ at: close, text: inEmpty(source, node, element) }];
  const end = last.getEnd();
  const afterComma = elements.hasTrailingComma ? elements.end : end;
  const ownLine = source.lineOf(last.getStart(source.file)) !== source.lineOf(node.getStart(source.file));
  if (!ownLine || source.lineOf(afterComma) === source.lineOf(close)) return besideLast(elements.hasTrailingComma, afterComma, element);
  const line = `${source.newline}${source.indentAt(last.getStart(source.file))}${element}`;
  const after = source.lineEnd(afterComma);
  if (elements.hasTrailingComma) return [{ at: after, text: `${line},` }];
  return after === end
    ? [{ at: end, text: `,${line}` }]
    : [
        { at: end, text: ',' },
        { at: after, text: line },
      ];
}

function besideLast(comma: boolean, at: number, element: string): Insertion[] {
  return [{ at, text: comma ? ` ${element},` : `, ${element}` }];
}

/** An object gets a line for its first property, as decorators have it; an array does not. */
function inEmpty(source: SourceText, node: ts.Node, element: string): string {
  if (!node.getText(source.file).startsWith('{')) return element;
  const indent = source.indentAt(node.getStart(source.file));
  return `${source.newline}${indent}${source.step}${element},${source.newline}${indent}`;
}
