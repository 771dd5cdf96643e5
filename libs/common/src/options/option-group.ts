import { OptionField } from './option-field.js';
import { OptionsInvalidError } from './options.errors.js';
import { type OptionFields, type ResolvedOptions, validateOptions } from './validate-options.js';

/** Options within a list, or under names that the user gives: read like others, with their faults where they stand. */
export function optionGroup<F extends OptionFields>(fields: F): OptionField<ResolvedOptions<F>> {
  return new OptionField<ResolvedOptions<F>>((value, path) => {
    try {
      return { value: validateOptions(path, fields, value) };
    } catch (error) {
      if (!(error instanceof OptionsInvalidError)) throw error;
      return { faults: error.faults.map((fault) => ({ ...fault, path: fault.path === '(options)' ? path : `${path}.${fault.path}` })) };
    }
  });
}
