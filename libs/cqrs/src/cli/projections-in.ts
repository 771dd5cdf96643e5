import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { CliUsageError } from '@minos/postgres';
import { type ProjectionDefinition, projectionDefinition } from '../projection/projection-definition.js';
import { ProjectionsInvalidError } from '../errors/projection.errors.js';

/** What the exported classes of these files say. Throws `CLI_USAGE` for a file that cannot be loaded, and `PROJECTIONS_INVALID`. */
export function projectionsIn(folder: string, files: readonly string[]): ProjectionDefinition[] {
  const faults: string[] = [];
  const classes = files.flatMap((file) => Object.values(load(folder, file)).filter(isClass));
  const found = classes.map((one) => projectionDefinition(one, faults)).filter((one) => one !== undefined);
  if (faults.length > 0) throw new ProjectionsInvalidError(faults);
  return found;
}

function isClass(value: unknown): value is object & { readonly name: string } {
  return typeof value === 'function';
}

function load(folder: string, file: string): Readonly<Record<string, unknown>> {
  try {
    return createRequire(resolve(folder, 'package.json'))(resolve(folder, file)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw new CliUsageError(
      `--from ${file} cannot be loaded: ${(error as Error).message}. Build the service first, and name a compiled file.`,
      {
        cause: error,
      },
    );
  }
}
