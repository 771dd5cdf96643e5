/** Wrong input of a generator. The text names the option, what is wrong with it, and the cure; no file is written. */
export abstract class SchematicError extends Error {
  abstract readonly code: string;
  abstract readonly retryable: boolean;

  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

export class ElementNameInvalidError extends SchematicError {
  readonly code = 'ELEMENT_NAME_INVALID' as const;
  readonly retryable = false;

  constructor(option: string, found: string, cure: string) {
    super(`The option "${option}" is ${JSON.stringify(found)}, which is no name: ${cure}.`);
  }
}

export class FileExistsError extends SchematicError {
  readonly code = 'FILE_EXISTS' as const;
  readonly retryable = false;

  constructor(path: string) {
    super(
      `The file ${path} exists, and is not what the options "name" and "path" would make. Give another name, or remove the file first; nothing was changed.`,
    );
  }
}

export class ModuleNotFoundError extends SchematicError {
  readonly code = 'MODULE_NOT_FOUND' as const;
  readonly retryable = false;

  constructor(where: string) {
    super(
      `${where}. Run "nest generate module <name>" there, give the option "module" (npx schematics @minos/schematics:… --module=<file>), ` +
        'or --skip-import to register by hand.',
    );
  }
}

export class ModuleAmbiguousError extends SchematicError {
  readonly code = 'MODULE_AMBIGUOUS' as const;
  readonly retryable = false;

  constructor(files: readonly string[]) {
    super(
      `The nearest folder has several modules: ${files.join(', ')}. Give the option "module" (npx schematics @minos/schematics:… --module=<file>), ` +
        'or --skip-import to register by hand.',
    );
  }
}

export class ModuleUnreadableError extends SchematicError {
  readonly code = 'MODULE_UNREADABLE' as const;
  readonly retryable = false;

  constructor(file: string, found: string, missing: string) {
    super(`${found} in ${file}, so ${missing} cannot be added. Write a literal there, or give --skip-import and register by hand.`);
  }
}

export class AggregateFileNotFoundError extends SchematicError {
  readonly code = 'AGGREGATE_FILE_NOT_FOUND' as const;
  readonly retryable = false;

  constructor(aggregate: string, folder: string) {
    super(
      `The option "aggregate" is "${aggregate}", but no ${aggregate}.aggregate.ts stands in ${folder} or a folder above. ` +
        `Run "nest g -c @minos/schematics aggregate ${aggregate}" first.`,
    );
  }
}

export class AggregateUnreadableError extends SchematicError {
  readonly code = 'AGGREGATE_UNREADABLE' as const;
  readonly retryable = false;

  constructor(file: string, reason: string) {
    super(`The aggregate in ${file} cannot be extended: ${reason}.`);
  }
}

export class ProjectedEventsMissingError extends SchematicError {
  readonly code = 'PROJECTED_EVENTS_MISSING' as const;
  readonly retryable = false;

  constructor(folder: string) {
    super(
      `A projection is made of events, and no exported class with @Event('…') was found for the option "name" in ${folder}. ` +
        'Run "nest g -c @minos/schematics event <folder>/<name>" first, and generate the projection in the same folder.',
    );
  }
}

export class MainUnreadableError extends SchematicError {
  readonly code = 'MAIN_UNREADABLE' as const;
  readonly retryable = false;

  constructor(file: string, reason: string) {
    super(
      `${file} ${reason}. Give the option "project" of an application whose main.ts says "const app = await NestFactory.create(AppModule)", ` +
        'or import MinosModule.forRoot() by hand.',
    );
  }
}

export class NestVersionUnsupportedError extends SchematicError {
  readonly code = 'NEST_VERSION_UNSUPPORTED' as const;
  readonly retryable = false;

  constructor(found: string) {
    super(`package.json asks for @nestjs/core ${found}; @minos/nest runs with Nest 11 and 12. Update Nest first.`);
  }
}
