import {
  type Duration,
  option,
  OptionField,
  type OptionFault,
  optionGroup,
  type OptionOutcome,
  type ResolvedOptions,
  validateOptions,
} from '@minos/common';
import type { Rate } from './cell-rate.js';

export interface RateOptions {
  /** So many requests… */
  readonly requests: number;
  /** …in this time. @default '1s' */
  readonly per?: Duration;
  /** So many of them may come at once. @default requests */
  readonly burst?: number;
}

/** What of a policy is left out is not limited by it. */
export interface RatePolicyOptions {
  /** Of each principal, over all its addresses. */
  readonly principal?: RateOptions;
  /** Of each address, over all its principals and anonymous callers. */
  readonly address?: RateOptions;
}

export interface RateLimitOptions {
  /** By name, as routes name them; each counts for itself. `common` is the one of routes that name none, `own` that of the paths which the application answers itself, but for `/health`. @default common: 1,000 a second of a principal, 5,000 of an address; own: 50 of an address, 100 at once */
  readonly policies?: Readonly<Record<string, RatePolicyOptions>>;
  /** How many principals, and how many addresses, each policy remembers. About 150 bytes each. @default 100000 */
  readonly callers?: number;
}

/** Name of the policy of routes that name none. */
export const COMMON_POLICY = 'common';

/** Name of the policy of the application's own paths. */
export const OWN_POLICY = 'own';

export interface RatePolicy {
  readonly principal: Rate | undefined;
  readonly address: Rate | undefined;
}

const RATE = optionGroup({
  requests: option.number({ min: 0.001, max: 1e9 }),
  per: option.duration({ min: 1 }).default('1s'),
  burst: option.integer({ min: 1, max: 1e9 }).optional(),
});

const rateField = (): OptionField<Rate | undefined> =>
  new OptionField<Rate>((value, path) => {
    const outcome = RATE.take(value, path);
    if (!('value' in outcome)) return outcome;
    const { requests, per, burst } = outcome.value;
    return { value: { requests, per, burst: burst ?? Math.max(1, Math.floor(requests)) } };
  }).optional();

const POLICY = optionGroup({ principal: rateField(), address: rateField() });

const DEFAULT_COMMON: RatePolicyOptions = { principal: { requests: 1_000 }, address: { requests: 5_000 } };
/** Metrics and documents cost the event loop far more than a request that goes on. */
const DEFAULT_OWN: RatePolicyOptions = { address: { requests: 50, burst: 100 } };

export const RATE_LIMIT_FIELDS = {
  policies: new OptionField<ReadonlyMap<string, RatePolicy>>(takePolicies).default({}),
  callers: option.integer({ min: 100, max: 10_000_000 }).default(100_000),
};

export type RateLimitSettings = ResolvedOptions<typeof RATE_LIMIT_FIELDS>;

/** Fills in the defaults; throws `OPTIONS_INVALID` with all faults at once. */
export function resolveRateLimitOptions(given: RateLimitOptions = {}): RateLimitSettings {
  return validateOptions('rates', RATE_LIMIT_FIELDS, given);
}

function takePolicies(value: unknown, path: string): OptionOutcome<ReadonlyMap<string, RatePolicy>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { expected: 'policies by their names' };
  const faults: OptionFault[] = [];
  const policies = new Map<string, RatePolicy>();
  for (const [name, given] of Object.entries({ [COMMON_POLICY]: DEFAULT_COMMON, [OWN_POLICY]: DEFAULT_OWN, ...value })) {
    const outcome = POLICY.take(given, `${path}.${name}`);
    if ('value' in outcome) policies.set(name, outcome.value);
    else if ('faults' in outcome) faults.push(...outcome.faults);
  }
  return faults.length > 0 ? { faults } : { value: policies };
}
