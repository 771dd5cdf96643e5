import type { RecordedNames } from '../names/durable-names.js';
import { checkNames, writeNames } from '../names/names-file.js';
import { NamesLostError, NamesNotRecordedError } from '../names/names.errors.js';

export interface ExpectNamesOptions {
  /** Records new names in the file instead of failing. @default whether MINOS_UPDATE_NAMES=1 is in the environment */
  readonly update?: boolean;
}

/**
 * Fails when a durable name or event version that `file` (`minos.names.json`) records is gone: `NAMES_LOST`, also with `update`; and when the
 * application has names that are not recorded yet: `NAMES_NOT_RECORDED`. For any test runner.
 */
export function expectNamesKept(registry: { names(): RecordedNames }, file: string, options: ExpectNamesOptions = {}): void {
  const names = registry.names();
  const { lost, added } = checkNames(names, file);
  if (lost.length > 0) throw new NamesLostError(file, lost);
  if (added.length === 0) return;
  if (!(options.update ?? process.env['MINOS_UPDATE_NAMES'] === '1')) throw new NamesNotRecordedError(file, added);
  writeNames(names, file);
}
