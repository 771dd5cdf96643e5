import type { Rule } from '../contracts/workspace.js';
import { ElementNameInvalidError } from '../errors/schematic.errors.js';
import { Generation } from '../message/generation.js';
import { durableNameOf } from '../names/durable-name.js';
import type { GeneratorOptions } from '../names/generator-options.js';
import { camelOf } from '../names/spelling.js';
import { warnOfUnknown } from '../names/unknown-options.js';
import { aggregateFile, aggregateSpec, eventsFile } from './aggregate.template.js';

const AGGREGATE = /^[a-z][a-z0-9]*([._][a-z0-9]+)*$/;

/** `nest g -c @minos/schematics aggregate order`: the aggregate with its first event, a spec, and its repository in the module. */
export function aggregate(options: GeneratorOptions): Rule {
  return (tree, context) => {
    warnOfUnknown(options, context);
    const run = new Generation(tree, options);
    const { className, kebab } = run.element;
    const [file, events] = [run.file('aggregate'), run.file('events')];
    const parts = {
      className,
      aggregateName: aggregateName(kebab, options.nameOnWire),
      subject: kebab,
      id: `${camelOf(kebab)}Id`,
      eventsPath: run.importPath(file, events),
    };
    run.create(events, eventsFile(parts));
    run.create(file, aggregateFile(parts));
    run.createSpec(file, () => aggregateSpec(parts, run.importPath(file, file)));
    run.feature('aggregates', className, file);
    run.changes.write();
  };
}

/** As `@Aggregate()` has it: streams are called `<aggregate>-<id>`, so it has no hyphen. */
function aggregateName(kebab: string, option: string | undefined): string {
  const name = durableNameOf(kebab.replaceAll('-', '_'), undefined, option);
  if (AGGREGATE.test(name)) return name;
  throw new ElementNameInvalidError('nameOnWire', name, 'give an aggregate lower-case words joined by "." or "_", as sales.order');
}
