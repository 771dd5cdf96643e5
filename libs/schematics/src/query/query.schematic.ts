import type { Rule } from '../contracts/workspace.js';
import { Generation } from '../message/generation.js';
import type { GeneratorOptions } from '../names/generator-options.js';
import { warnOfUnknown } from '../names/unknown-options.js';
import { aggregateHandlerFile, aggregateHandlerSpec, handlerFile, handlerSpec, queryFile } from './query.template.js';

/** `nest g -c @minos/schematics query order/get-order`: the query, its handler, a spec; it asks the aggregate of the folder, if it has one. */
export function query(options: GeneratorOptions): Rule {
  return (tree, context) => {
    warnOfUnknown(options, context);
    const run = new Generation(tree, options);
    const aggregate = run.aggregate();
    const subject = run.subject(aggregate);
    const { className } = run.element;
    const [message, handler] = [run.file('query'), run.file('handler')];
    const handlerPath = run.importPath(handler, handler);
    const parts = {
      className,
      durableName: run.durableName(subject),
      ownerArgument: run.ownerArgument(),
      id: run.idField(aggregate),
      queryPath: run.importPath(handler, message),
    };
    run.create(message, queryFile(parts, aggregate !== undefined));
    if (aggregate === undefined) {
      run.create(handler, handlerFile(parts));
      run.createSpec(handler, () => handlerSpec(parts, handlerPath));
    } else {
      const all = { ...parts, aggregate: aggregate.className, aggregatePath: run.importPath(handler, aggregate.path) };
      run.create(handler, aggregateHandlerFile(all));
      run.createSpec(handler, () => aggregateHandlerSpec(all, handlerPath));
    }
    run.provide(`${className}Handler`, handler);
    run.changes.write();
  };
}
