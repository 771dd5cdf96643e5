import type { Rule } from '../contracts/workspace.js';
import { Generation } from '../message/generation.js';
import { durableNameOf } from '../names/durable-name.js';
import type { GeneratorOptions } from '../names/generator-options.js';
import { warnOfUnknown } from '../names/unknown-options.js';
import { sagaCommandsFile, sagaFile, sagaHandlersFile, sagaSpec, type SagaParts } from './saga.template.js';

/**
 * `nest g -c @minos/schematics saga order/checkout`: a saga of two steps, their commands, a spec. The commands run here, with handlers to fill in; those of another
 * service (`--owner`) are sent to it.
 */
export function saga(options: GeneratorOptions): Rule {
  return (tree, context) => {
    warnOfUnknown(options, context);
    const run = new Generation(tree, options);
    const { className, kebab } = run.element;
    const [file, commands, handlers] = [run.file('saga'), run.file('commands'), run.file('handlers')];
    const parts: SagaParts = {
      className,
      durableName: durableNameOf(kebab, undefined, options.nameOnWire),
      ownerArgument: run.ownerArgument(),
      owner: run.owner,
      handledHere: run.handledHere,
      sagaPath: run.importPath(file, file),
      commandsPath: run.importPath(file, commands),
      handlersPath: run.importPath(file, handlers),
    };
    run.create(commands, sagaCommandsFile(parts));
    run.create(file, sagaFile(parts));
    if (run.handledHere) run.create(handlers, sagaHandlersFile(parts));
    run.createSpec(file, () => sagaSpec(parts));
    run.feature('sagas', className, file);
    if (run.handledHere) for (const verb of ['Begin', 'Undo', 'Finish']) run.provide(`${verb}${className}Handler`, handlers);
    run.changes.write();
  };
}
