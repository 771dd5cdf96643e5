import ts from 'typescript';
import { AggregateUnreadableError } from '../errors/schematic.errors.js';
import type { SourceText } from './source-text.js';

/** The class that carries a decorator. */
export function classWith(source: SourceText, decorator: string): ts.ClassDeclaration | undefined {
  return source.find(ts.isClassDeclaration).find((declaration) => decoratorsOf(declaration).includes(decorator));
}

/** Names of the decorators of a node, as `Aggregate` of `@Aggregate('order')`. */
export function decoratorsOf(node: ts.HasDecorators): string[] {
  return (ts.getDecorators(node) ?? []).map(({ expression }) =>
    (ts.isCallExpression(expression) ? expression.expression : expression).getText(node.getSourceFile()),
  );
}

/** A method of a class by its name. */
export function methodOf(declaration: ts.ClassDeclaration, name: string): ts.MethodDeclaration | undefined {
  return declaration.members.filter(ts.isMethodDeclaration).find((method) => method.name.getText() === name);
}

/** Adds a member before the first one with the decorator, or at the end, with a line around it. `lines` are indented by one step already. */
export function withMember(source: SourceText, declaration: ts.ClassDeclaration, lines: readonly string[], before?: string): SourceText {
  const { newline } = source;
  const body = lines.map((line) => (line === '' ? '' : `${source.step}${line}`)).join(newline);
  const next = before === undefined ? undefined : declaration.members.find((member) => isDecorated(member, before));
  if (next !== undefined) {
    const start = source.text.lastIndexOf('\n', commentedStart(source, next) - 1) + 1;
    return source.with([{ at: start, text: `${body}${newline}${newline}` }]);
  }
  const last = declaration.members.at(-1);
  if (last === undefined)
    throw new AggregateUnreadableError(source.path, `class ${declaration.name?.text ?? ''} is empty; give it a member first`);
  return source.with([{ at: source.lineEnd(last.getEnd()), text: `${newline}${newline}${body}` }]);
}

function isDecorated(member: ts.ClassElement, decorator: string): boolean {
  return ts.canHaveDecorators(member) && decoratorsOf(member).includes(decorator);
}

/** Where a member begins with the comments that stand before it. */
function commentedStart(source: SourceText, member: ts.Node): number {
  const [comment] = ts.getLeadingCommentRanges(source.text, member.getFullStart()) ?? [];
  const start = member.getStart(source.file);
  return comment !== undefined && source.lineOf(comment.pos) !== source.lineOf(member.getFullStart()) ? comment.pos : start;
}
