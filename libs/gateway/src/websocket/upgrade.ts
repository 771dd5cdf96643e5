import type { Duplex } from 'node:stream';
import type { Principal } from '@minos/common';
import type { InstanceLease } from '../contracts/balancing.js';
import type { Route } from '../contracts/routes.js';
import { type Problem, PROBLEMS, withHeaders } from '../problems/problem.js';
import type { RequestTarget } from '../request/request-target.js';
import { isFailedAnswer } from '../proxy/failed-answer.js';
import type { ExchangeParts } from '../proxy/exchange.js';
import { upstreamPath } from '../routes/upstream-path.js';
import { askUpgrade, type UpgradeOutcome } from './upgrade-call.js';

export interface AdmittedUpgrade {
  readonly route: Route;
  readonly principal: Principal | undefined;
  readonly target: RequestTarget;
  readonly headers: readonly string[];
}

export interface UpgradeTimes {
  readonly connectMs: number;
}

export type UpgradeResult = { readonly problem: Problem } | { readonly rawHeaders: readonly Buffer[]; readonly socket: Duplex };

/** A WebSocket on its way to a service: another instance where one is not there, none where a service has heard of it. */
export class Upgrade {
  private readonly gone = new AbortController();
  private lease: InstanceLease | undefined;

  constructor(
    private readonly admitted: AdmittedUpgrade,
    private readonly parts: ExchangeParts,
    private readonly times: UpgradeTimes,
  ) {}

  /** The client is gone. */
  abandon(): void {
    this.gone.abort();
  }

  /** It is over, or never began. Idempotent. */
  release(): void {
    this.lease?.done('answered');
  }

  async run(): Promise<UpgradeResult> {
    const { route } = this.admitted;
    const tried = new Set<string>();
    for (let at = 0; at < this.parts.limits.tries; at++) {
      const picked = this.parts.picker.pick({ service: route.service, only: route.instances, exclude: tried });
      if (picked.kind === 'refused') return { problem: withHeaders(PROBLEMS.unavailable, 'Retry-After', '1') };
      if (at === 0) this.parts.budget.sent(route.service);
      this.lease = picked.lease;
      tried.add(picked.lease.instance.instance);
      const outcome = await this.ask(picked.lease);
      if (outcome === undefined) return { problem: withHeaders(PROBLEMS.tokenUnavailable, 'Retry-After', '1') };
      const result = this.settle(picked.lease, outcome);
      if (result !== undefined) return result;
    }
    return { problem: PROBLEMS.notSent };
  }

  private async ask({ instance }: InstanceLease): Promise<UpgradeOutcome | undefined> {
    const { route, principal, target } = this.admitted;
    const headers = [...this.admitted.headers];
    try {
      const token = await this.parts.minter?.mint(principal, route.service);
      if (token !== undefined) headers.push('authorization', `Bearer ${token}`);
    } catch {
      this.lease?.done('cancelled');
      return undefined;
    }
    const path = (route.rewrite === undefined ? target.path : upstreamPath(route, target.segments)) + target.query;
    const timeoutMs = route.timeoutMs ?? this.parts.limits.timeoutMs;
    return askUpgrade({ address: instance.address, path, headers, connectMs: this.times.connectMs, timeoutMs }, this.gone.signal);
  }

  /** `undefined`: another instance may do. */
  private settle(lease: InstanceLease, outcome: UpgradeOutcome): UpgradeResult | undefined {
    switch (outcome.kind) {
      case 'open':
        lease.answered();
        return outcome;
      case 'refused':
        lease.done(isFailedAnswer(outcome.status, outcome.rawHeaders, lease.instance) ? 'failed' : 'answered');
        return { problem: refusalOf(outcome.status) };
      case 'failed':
        // Some services hang up on a handshake, or never answer it, and work: any client can ask for one, and must not take the instance away from all others by it.
        lease.done(outcome.sent || this.gone.signal.aborted ? 'cancelled' : 'failed');
        return outcome.sent || this.gone.signal.aborted ? { problem: PROBLEMS.badGateway } : undefined;
    }
  }
}

/** A service that does not want the WebSocket says why by its status; its body is not carried. One that answers as if it was not asked for one has none there. */
function refusalOf(status: number): Problem {
  if (status < 400) return PROBLEMS.upgradeRefused;
  if (status < 500) return { ...PROBLEMS.upgradeRefused, status };
  return status === 503 ? withHeaders(PROBLEMS.unavailable, 'Retry-After', '1') : PROBLEMS.badGateway;
}
