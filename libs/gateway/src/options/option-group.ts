import { isMinosError, type OptionFault, OptionField, type OptionFields, type ResolvedOptions, validateOptions } from '@minos/common';

/** Options within a list, or under names that the user gives: read like others, with their faults where they stand. */
export function optionGroup<F extends OptionFields>(fields: F): OptionField<ResolvedOptions<F>> {
  return new OptionField<ResolvedOptions<F>>((value, path) => {
    try {
      return { value: validateOptions(path, fields, value) };
    } catch (error) {
      if (!isMinosError(error, 'OPTIONS_INVALID')) throw error;
      const { faults } = error.details as { readonly faults: readonly OptionFault[] };
      return { faults: faults.map((fault) => ({ ...fault, path: fault.path === '(options)' ? path : `${path}.${fault.path}` })) };
    }
  });
}
