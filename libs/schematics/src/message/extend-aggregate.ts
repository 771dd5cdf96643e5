import { classWith, methodOf, withMember } from '../edit/class-members.js';
import { withImport } from '../edit/imports.js';
import type { SourceText } from '../edit/source-text.js';
import { AggregateUnreadableError } from '../errors/schematic.errors.js';

/** Gives the aggregate a method that decides, before those that fold; one that it has already is used as it is, if it takes nothing. */
export function withDecision(source: SourceText, method: string): SourceText {
  const declaration = aggregateIn(source);
  const present = methodOf(declaration, method);
  if (present === undefined) {
    const comment = '// Decide: throw a Rejection, or say what happened with this.apply(new …).';
    return withMember(source, declaration, [`${method}(): void {`, `${source.step}${comment}`, '}'], 'On');
  }
  if (present.parameters.length === 0) return source;
  throw new AggregateUnreadableError(
    source.path,
    `its method ${method}() takes arguments, which the generated command does not have; give another name, or write this command by hand`,
  );
}

/** Gives the aggregate a method that folds an event, at its end. */
export function withFold(
  source: SourceText,
  event: { readonly className: string; readonly from: string; readonly method: string },
): SourceText {
  const declaration = aggregateIn(source);
  if (new RegExp(`@On\\(\\s*${event.className}\\s*[,)]`).test(source.text)) return source;
  if (methodOf(declaration, event.method) !== undefined) {
    throw new AggregateUnreadableError(source.path, `it has a method ${event.method}() already; give the event another name`);
  }
  const comment = '// Change the state, only by what the event says.';
  const lines = [`@On(${event.className}) protected ${event.method}(): void {`, `${source.step}${comment}`, '}'];
  return withImport(withImport(withMember(source, declaration, lines), 'On', '@minos/event-sourcing'), event.className, event.from);
}

function aggregateIn(source: SourceText): NonNullable<ReturnType<typeof classWith>> {
  const declaration = classWith(source, 'Aggregate');
  if (declaration === undefined) throw new AggregateUnreadableError(source.path, 'it has no class with @Aggregate()');
  return declaration;
}
