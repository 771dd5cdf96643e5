import type { Rule } from '../contracts/workspace.js';
import { withFold } from '../message/extend-aggregate.js';
import { Generation } from '../message/generation.js';
import type { GeneratorOptions } from '../names/generator-options.js';
import { camelOf } from '../names/spelling.js';
import { warnOfUnknown } from '../names/unknown-options.js';
import { eventFile, eventSpec } from './event.template.js';

/**
 * `nest g -c @minos/schematics event order/order-placed`: the event and a spec. The aggregate of the folder gets a method that folds it; where there is none,
 * the module gets to know it as a message.
 */
export function event(options: GeneratorOptions): Rule {
  return (tree, context) => {
    warnOfUnknown(options, context);
    const run = new Generation(tree, options);
    const aggregate = run.aggregate();
    const subject = run.subject(aggregate);
    const { className, kebab } = run.element;
    const file = run.file('event');
    const parts = { className, durableName: run.durableName(subject), id: run.idField(aggregate) };
    run.create(file, eventFile(parts));
    run.createSpec(file, () => eventSpec(parts, run.importPath(file, file)));
    if (aggregate === undefined) run.feature('messages', className, file);
    else {
      const fold = { className, from: run.importPath(aggregate.path, file), method: camelOf(kebab) };
      run.changes.edit(aggregate.path, (source) => withFold(source, fold));
    }
    run.changes.write();
  };
}
