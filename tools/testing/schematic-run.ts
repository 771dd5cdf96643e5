import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HostTree, type Tree } from '@angular-devkit/schematics';
import { SchematicTestRunner, UnitTestTree } from '@angular-devkit/schematics/testing';
import { ROOT } from '../files.mjs';

const LIBRARY = join(ROOT, 'libs/schematics');

/** Runs the schematics of the sources, not of what was built of them. */
export class SchematicRun {
  readonly log: string[] = [];
  private readonly folder = mkdtempSync(join(tmpdir(), 'minos-collection-'));
  private readonly runner: SchematicTestRunner;

  constructor() {
    const collection = readFileSync(join(LIBRARY, 'collection.json'), 'utf8')
      .replaceAll('./dist/', `${LIBRARY}/src/`)
      .replaceAll('./schemas/', `${LIBRARY}/schemas/`);
    const file = join(this.folder, 'collection.json');
    writeFileSync(file, collection);
    this.runner = new SchematicTestRunner('@minos/schematics', file);
    this.runner.logger.subscribe(({ message }) => this.log.push(message));
  }

  /** The files after the schematic; those that it was given stay as they are. */
  async run(schematic: string, options: object, before: Tree): Promise<UnitTestTree> {
    const copy = new UnitTestTree(new HostTree());
    before.visit((path) => copy.create(path, before.read(path) ?? ''));
    return this.runner.runSchematic(schematic, options, copy);
  }

  /** Names of the tasks that the last run wants to be done after it. */
  get tasks(): string[] {
    return this.runner.tasks.map(({ name }) => name);
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A project of these files. */
export function projectOf(files: Readonly<Record<string, string>>): UnitTestTree {
  const tree = new UnitTestTree(new HostTree());
  for (const [path, text] of Object.entries(files)) tree.create(path, text);
  return tree;
}
