import { posix } from 'node:path';
import type { Context, Rule, Tree } from '../contracts/workspace.js';
import { withImport } from '../edit/imports.js';
import { importedCall, withModuleElement } from '../edit/module-metadata.js';
import type { SourceText } from '../edit/source-text.js';
import { given } from '../names/generator-options.js';
import { warnOfUnknown } from '../names/unknown-options.js';
import { Changes } from '../output/changes.js';
import { importPaths } from '../project/relative-import.js';
import { readSource } from '../project/read-source.js';
import { addPackages } from './add-packages.js';
import { findRootModule, withShutdownHooks } from './main-file.js';
import { namesSpec } from './names-spec.template.js';
import { nextSteps } from './next-steps.js';
import { projectAt, type Project } from './nest-project.js';

export interface NestAddOptions {
  /** @default 'src' */
  readonly sourceRoot?: string;
  /** An application of nest-cli.json; the CLI gives its source root as well. */
  readonly project?: string;
  /** @default the project, else the name in package.json */
  readonly service?: string;
  /** Writes package.json without installing. @default false */
  readonly skipInstall?: boolean;
}

/** `nest add @minos/nest`: packages, the root module, shutdown hooks, and the test that keeps durable names. What is there already stays. */
export function nestAdd(options: NestAddOptions): Rule {
  return (tree, context) => {
    warnOfUnknown(options, context);
    const project = projectAt(tree, given(options.sourceRoot) ?? 'src', given(options.service) ?? given(options.project));
    const main = posix.join(project.sourceRoot, 'main.ts');
    const { path: module, className } = findRootModule(tree, main);
    const changes = new Changes(tree);
    changes.edit(module, (source) => withMinos(source, project.service));
    changes.edit(main, withShutdownHooks);
    addNamesSpec(tree, changes, project, { path: module, className });
    changes.write();
    install(addPackages(tree), options.skipInstall ?? false, context);
    nextSteps(readSource(tree, module), project).forEach((line) => context.logger.info(line));
  };
}

/** `CqrsModule` of @nestjs/cqrs stays as it is: the next steps say what to change. */
function withMinos(source: SourceText, service: string): SourceText {
  const present = ['forRoot', 'forRootAsync'].some((method) => importedCall(source, 'MinosModule', method) !== undefined);
  if (present) return source;
  return withImport(withModuleElement(source, 'imports', `MinosModule.forRoot({ service: '${service}' })`), 'MinosModule', '@minos/nest');
}

function addNamesSpec(tree: Tree, changes: Changes, project: Project, module: { path: string; className: string }): void {
  const path = posix.join(project.sourceRoot, 'names.spec.ts');
  if (tree.exists(path)) return;
  const importPath = importPaths(tree, project.sourceRoot);
  changes.create(path, namesSpec({ className: module.className, modulePath: importPath(path, module.path), ...project }));
}

function install(changed: boolean, skip: boolean, context: Context): void {
  if (!changed || skip) return;
  const task = { name: 'node-package', options: { command: 'install', quiet: true, hideOutput: true } };
  context.addTask({ toConfiguration: () => task });
}
