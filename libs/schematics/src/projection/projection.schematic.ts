import type { Rule } from '../contracts/workspace.js';
import { ElementNameInvalidError, ProjectedEventsMissingError } from '../errors/schematic.errors.js';
import { Generation } from '../message/generation.js';
import { durableNameOf } from '../names/durable-name.js';
import type { GeneratorOptions } from '../names/generator-options.js';
import { warnOfUnknown } from '../names/unknown-options.js';
import { findEvents } from '../project/find-events.js';
import { projectionFile, projectionSpec, rowFile } from './projection.template.js';

/** `nest g -c @minos/schematics projection order/order-list`: a view of the events of the folder, its row, a spec that runs the application. */
export function projection(options: GeneratorOptions): Rule {
  return (tree, context) => {
    warnOfUnknown(options, context);
    const run = new Generation(tree, options);
    const { className, kebab, folder } = run.element;
    const events = findEvents(tree, run.element);
    if (events.length === 0) throw new ProjectedEventsMissingError(folder);
    const [file, row] = [run.file('projection'), run.file('row')];
    const parts = {
      className,
      durableName: durableNameOf(kebab, undefined, options.nameOnWire),
      viewName: viewName(kebab),
      rowPath: run.importPath(file, row),
      projectionPath: run.importPath(file, file),
      events: events.map(({ path, ...event }) => ({ ...event, from: run.importPath(file, path) })),
      category: (run.subject(run.aggregate()) ?? kebab).replaceAll('-', '_'),
    };
    run.create(row, rowFile(parts));
    run.create(file, projectionFile(parts));
    run.createSpec(file, () => projectionSpec(parts));
    run.provide(className, file);
    run.changes.write();
  };
}

/** As `@View()` has it. */
function viewName(kebab: string): string {
  if (kebab.length > 40)
    throw new ElementNameInvalidError('name', kebab, 'the table of a view is called by it, so give at most 40 characters');
  return kebab.replaceAll('-', '_');
}
