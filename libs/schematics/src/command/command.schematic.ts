import type { Rule } from '../contracts/workspace.js';
import { Generation } from '../message/generation.js';
import { withDecision } from '../message/extend-aggregate.js';
import type { GeneratorOptions } from '../names/generator-options.js';
import { camelOf } from '../names/spelling.js';
import { warnOfUnknown } from '../names/unknown-options.js';
import type { FoundAggregate } from '../project/find-aggregate.js';
import {
  aggregateHandlerFile,
  aggregateHandlerSpec,
  commandFile,
  type CommandParts,
  handlerFile,
  handlerSpec,
} from './command.template.js';

export interface CommandOptions extends GeneratorOptions {
  /** Whether it makes a new aggregate. @default where the decision is called `create` */
  readonly creates?: boolean;
}

/** `nest g -c @minos/schematics command order/place-order`: the command, its handler, a spec; a decision of the aggregate of the folder, if it has one. */
export function command(options: CommandOptions): Rule {
  return (tree, context) => {
    warnOfUnknown(options, context);
    const run = new Generation(tree, options);
    const aggregate = run.aggregate();
    const subject = run.subject(aggregate);
    const { className } = run.element;
    const [message, handler] = [run.file('command'), run.file('handler')];
    const parts: CommandParts = {
      className,
      durableName: run.durableName(subject),
      ownerArgument: run.ownerArgument(),
      id: run.idField(aggregate),
      commandPath: run.importPath(handler, message),
    };
    if (aggregate === undefined) handleAlone(run, parts);
    else handleByAggregate(run, parts, aggregate, options.creates);
    run.provide(`${className}Handler`, handler);
    run.changes.write();
  };
}

function handleAlone(run: Generation, parts: CommandParts): void {
  const handler = run.file('handler');
  run.create(run.file('command'), commandFile(parts, `{ ${parts.id}: string }`));
  run.create(handler, handlerFile(parts));
  run.createSpec(handler, () => handlerSpec(parts, run.importPath(handler, handler)));
}

function handleByAggregate(run: Generation, parts: CommandParts, aggregate: FoundAggregate, creates: boolean | undefined): void {
  const handler = run.file('handler');
  const decision = camelOf(run.rest(aggregate.subject));
  const all = {
    ...parts,
    aggregate: aggregate.className,
    aggregatePath: run.importPath(handler, aggregate.path),
    decision,
    creates: creates ?? decision === 'create',
  };
  run.changes.edit(aggregate.path, (source) => withDecision(source, decision));
  run.create(run.file('command'), commandFile(parts));
  run.create(handler, aggregateHandlerFile(all));
  run.createSpec(handler, () => aggregateHandlerSpec(all, run.importPath(handler, handler)));
}
