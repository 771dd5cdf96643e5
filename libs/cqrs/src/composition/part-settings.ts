import { type Clock, isMinosError, option, type OptionFault, validateOptions } from '@minos/common';
import type { CompositionPlan, PartDefinition } from './compose.js';
import { PartCache, type PartCacheSettings } from './part-cache.js';

/** A part that can be asked. */
export interface Part {
  readonly name: string;
  readonly after: readonly string[];
  readonly ask: (query: object, parts: Readonly<Record<string, unknown>>) => object;
  /** In milliseconds; `Infinity` where only the whole bounds it. */
  readonly within: number;
  readonly otherwise: 'fail' | 'omit' | { readonly default: unknown };
  readonly rejections: 'otherwise' | 'fail';
  readonly consistency: 'pass' | 'ignore';
  readonly cache: PartCache | undefined;
}

/** A plan with its caches: of one application. */
export interface PreparedComposition {
  /** For people: the name of the composed query's class. */
  readonly query: string;
  readonly within: number;
  readonly parts: readonly Part[];
}

const PLAN_FIELDS = { within: option.duration({ min: 1 }).default('5s') };

const PART_FIELDS = {
  after: option.list(option.string()).default([]),
  ask: option.custom<Part['ask']>('a function that makes the query', (value) => typeof value === 'function'),
  within: option.duration({ min: 1 }).default(Number.MAX_SAFE_INTEGER),
  otherwise: option.custom<Part['otherwise']>("'fail', 'omit' or { default: … } with plain data", isOtherwise),
  rejections: option.oneOf('otherwise', 'fail').default('otherwise'),
  cache: option.custom<object>('{ for: … }', (value) => typeof value === 'object' && value !== null).optional(),
  consistency: option.oneOf('pass', 'ignore').default('pass'),
};

const CACHE_FIELDS = {
  for: option.duration({ min: 1 }),
  entries: option.integer({ min: 1, max: 1_000_000 }).default(1_000),
  scope: option.oneOf('principal', 'tenant', 'everyone').default('principal'),
};

/** Throws `OPTIONS_INVALID`; {@link optionFaults} finds all of them at boot. */
export function prepareComposition(plan: CompositionPlan, clock: Clock): PreparedComposition {
  const { within } = validateOptions('compose()', PLAN_FIELDS, plan.options);
  return { query: plan.query.name, within, parts: plan.parts.map((part) => preparePart(part, clock)) };
}

function preparePart({ name, options }: PartDefinition, clock: Clock): Part {
  const { cache, ...settings } = validateOptions(`part '${name}'`, PART_FIELDS, options);
  return { name, ...settings, cache: cache === undefined ? undefined : new PartCache(cacheSettings(name, cache), clock) };
}

function cacheSettings(name: string, cache: object): PartCacheSettings {
  return validateOptions(`part '${name}' cache`, CACHE_FIELDS, cache);
}

/** What is wrong with the options of a plan and its parts, as sentences. */
export function optionFaults({ options, parts }: CompositionPlan): string[] {
  return [
    ...faultsOf('compose()', () => validateOptions('compose()', PLAN_FIELDS, options)),
    ...parts.flatMap(({ name, options: given }) => {
      const { cache } = given;
      const ofCache =
        typeof cache === 'object' && cache !== null ? faultsOf(`part '${name}', cache`, () => cacheSettings(name, cache)) : [];
      return [...faultsOf(`part '${name}'`, () => validateOptions(name, PART_FIELDS, given)), ...ofCache];
    }),
  ];
}

function faultsOf(place: string, validate: () => unknown): string[] {
  try {
    validate();
    return [];
  } catch (error) {
    if (!isMinosError(error, 'OPTIONS_INVALID')) throw error;
    const { faults } = error.details as { readonly faults: readonly OptionFault[] };
    return faults.map(({ path, message }) => `${place}, ${path}: ${message}`);
  }
}

function isOtherwise(value: unknown): boolean {
  if (value === 'fail' || value === 'omit') return true;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'default')) return false;
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
