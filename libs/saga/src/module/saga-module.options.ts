import { option, validateOptions } from '@minos/common';
import type { SagaRunnerOptions } from '../engine/saga-runner.options.js';
import type { SagaPurgeOptions } from '../purge/saga-purge.options.js';

/** How sagas of a service run; under the token `SAGA_OPTIONS`. */
export interface SagaModuleOptions {
  /** @default the defaults of each of its options */
  readonly runner?: SagaRunnerOptions;
  /** @default the defaults of each of its options */
  readonly purge?: SagaPurgeOptions;
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

const FIELDS = {
  runner: option.custom<SagaRunnerOptions>('options of the runner', isObject).default({}),
  purge: option.custom<SagaPurgeOptions>('options of the purge', isObject).default({}),
};

/** Throws `OPTIONS_INVALID` where there is anything else; runner and purge look into their own. */
export function resolveSagaModuleOptions(options: SagaModuleOptions = {}): Required<SagaModuleOptions> {
  return validateOptions('SAGA_OPTIONS', FIELDS, options);
}
