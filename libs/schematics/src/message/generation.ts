import { posix } from 'node:path';
import type { Tree } from '../contracts/workspace.js';
import { withImport } from '../edit/imports.js';
import { withFeature, withModuleElement, type FeatureList } from '../edit/module-metadata.js';
import type { SourceText } from '../edit/source-text.js';
import { durableNameOf, restOf } from '../names/durable-name.js';
import { elementOf, kebabOption, type Element } from '../names/element.js';
import { given, type GeneratorOptions } from '../names/generator-options.js';
import { camelOf } from '../names/spelling.js';
import { Changes } from '../output/changes.js';
import { findAggregate, type FoundAggregate } from '../project/find-aggregate.js';
import { findModule } from '../project/find-module.js';
import { importPaths, type ImportPath } from '../project/relative-import.js';
import { serviceName } from '../project/service-name.js';

/** One run of a generator: what is asked for, what stands in the project, and what changes. */
export class Generation {
  readonly element: Element;
  readonly changes: Changes;
  readonly importPath: ImportPath;
  private readonly service: string | undefined;

  constructor(
    readonly tree: Tree,
    readonly options: GeneratorOptions,
  ) {
    this.element = elementOf(options);
    this.changes = new Changes(tree);
    this.importPath = importPaths(tree, this.element.sourceRoot);
    this.service = serviceName(tree, this.element.sourceRoot);
  }

  /** The aggregate that the message concerns. Throws `AGGREGATE_FILE_NOT_FOUND` where the option names one that is not there. */
  aggregate(): FoundAggregate | undefined {
    return findAggregate(this.tree, this.element, kebabOption('aggregate', this.options.aggregate));
  }

  /** What its names begin with: the aggregate, else the folder, else the service. */
  subject(aggregate?: FoundAggregate): string | undefined {
    return aggregate?.subject ?? this.element.subject ?? this.service;
  }

  /** The property of a message that says what it concerns: `orderId`. */
  idField(aggregate?: FoundAggregate): string {
    const subject = aggregate?.subject ?? this.element.subject;
    return subject === undefined ? 'id' : `${camelOf(subject)}Id`;
  }

  durableName(subject: string | undefined): string {
    return durableNameOf(this.element.kebab, subject, this.options.nameOnWire);
  }

  rest(subject: string | undefined): string {
    return restOf(this.element.kebab, subject);
  }

  /** The second argument of a decorator that says who handles it; empty where nothing says so, and it is handled where it is sent. */
  ownerArgument(): string {
    const { owner } = this;
    return owner === undefined ? '' : `, { owner: '${owner}' }`;
  }

  /** The service that the option names, else this one. */
  get owner(): string | undefined {
    return kebabOption('owner', this.options.owner) ?? this.service;
  }

  /** Whether this service handles it: another one refuses to start with a handler for what it does not own. */
  get handledHere(): boolean {
    const owner = kebabOption('owner', this.options.owner);
    return owner === undefined || this.service === undefined || owner === this.service;
  }

  /** The path of a file of the element: `order/place-order/place-order.command.ts`. */
  file(kind: string): string {
    return posix.join(this.element.folder, `${this.element.kebab}.${kind}.ts`);
  }

  create(path: string, content: string): void {
    this.changes.create(path, content);
  }

  /** Beside the file that it tests, unless no specs are wanted. */
  createSpec(tested: string, content: () => string): void {
    if (this.options.spec ?? true) this.changes.create(tested.replace(/\.ts$/, `${this.element.specSuffix}.ts`), content());
  }

  /** Adds a class to the providers of the nearest module. */
  provide(className: string, path: string): void {
    this.register(className, path, (source) => withModuleElement(source, 'providers', className));
  }

  /** Adds a class to `MinosModule.forFeature()` of the nearest module. */
  feature(list: FeatureList, className: string, path: string): void {
    this.register(className, path, (source) => withImport(withFeature(source, list, className), 'MinosModule', '@minos/nest'));
  }

  private register(className: string, path: string, change: (source: SourceText) => SourceText): void {
    if (this.options.skipImport) return;
    const module = findModule(this.tree, this.element, given(this.options.module));
    this.changes.edit(module, (source) => withImport(change(source), className, this.importPath(module, path)));
  }
}
