import type { Clock } from '@minos/common';
import type { LimitedCaller, RateDecision, RateLimiter } from '../contracts/limits.js';
import type { Route } from '../contracts/routes.js';
import { AddressKeys } from './address-keys.js';
import { CellRate, type Rate } from './cell-rate.js';
import { GatewayPolicyUnknownError } from './limits.errors.js';
import { COMMON_POLICY, type RateLimitSettings } from './rate-limit.options.js';

export interface PolicyRateLimiterOptions {
  readonly clock: Clock;
  readonly settings: RateLimitSettings;
  /** From 0 to below 1. @default Math.random */
  readonly random?: () => number;
}

interface Counters {
  readonly principal: CellRate | undefined;
  readonly address: CellRate | undefined;
}

const UNLIMITED: RateDecision = { allowed: true, limit: Infinity, remaining: Infinity, resetMs: 0, retryAfterMs: 0 };

/** Counts in memory, for each policy apart, by principal and by address: both must allow a request, and what one of them refuses is counted by none. */
export class PolicyRateLimiter implements RateLimiter {
  private readonly policies: ReadonlyMap<string, Counters>;
  private readonly addressKeys = new AddressKeys();

  constructor(private readonly options: PolicyRateLimiterOptions) {
    const { settings, random = Math.random } = options;
    const counter = (rate: Rate | undefined): CellRate | undefined => rate && new CellRate(rate, settings.callers, random);
    this.policies = new Map(
      [...settings.policies].map(([name, { principal, address }]) => [name, { principal: counter(principal), address: counter(address) }]),
    );
  }

  take(policy: string | undefined, { principal, address }: LimitedCaller): RateDecision {
    const counters = this.countersOf(policy ?? COMMON_POLICY);
    const now = this.options.clock.monotonic();
    const key = counters.address === undefined ? undefined : this.addressKeys.of(address);
    const ofPrincipal = look(counters.principal, principal, now);
    const ofAddress = look(counters.address, key, now);
    if (ofPrincipal.allowed && ofAddress.allowed) {
      count(counters.principal, principal, now);
      count(counters.address, key, now);
    }
    return stricter(ofPrincipal, ofAddress);
  }

  /** Throws `GATEWAY_POLICY_UNKNOWN` where one of these routes names a policy that is not there. */
  check(routes: readonly Route[]): void {
    for (const { policy, method, path } of routes) {
      if (policy !== undefined && !this.policies.has(policy))
        throw new GatewayPolicyUnknownError(policy, [...this.policies.keys()], `${method} ${path}`);
    }
  }

  private countersOf(policy: string): Counters {
    const counters = this.policies.get(policy);
    if (counters === undefined) throw new GatewayPolicyUnknownError(policy, [...this.policies.keys()]);
    return counters;
  }
}

function look(rate: CellRate | undefined, key: string | undefined, now: number): RateDecision {
  return rate === undefined || key === undefined ? UNLIMITED : rate.look(key, now);
}

function count(rate: CellRate | undefined, key: string | undefined, now: number): void {
  if (key !== undefined) rate?.count(key, now);
}

/** The one that the caller has to mind. */
function stricter(one: RateDecision, other: RateDecision): RateDecision {
  if (!one.allowed || !other.allowed) return one.retryAfterMs >= other.retryAfterMs ? one : other;
  return one.remaining <= other.remaining ? one : other;
}
