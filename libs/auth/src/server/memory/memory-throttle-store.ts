import type { Attempt, DelayPolicy, ThrottleStore } from '../contracts/throttle.js';
import type { MemoryAuthState } from './memory-auth-state.js';

interface Count {
  failures: number;
  blockedUntil: number;
  trustedUntil: number;
  forgottenAt: number;
}

export class MemoryThrottleStore implements ThrottleStore {
  private readonly counts = new Map<string, Count>();

  constructor(private readonly state: MemoryAuthState) {}

  async attempt({ pair, account, pairPolicy, accountPolicy, forget }: Attempt): Promise<number> {
    const now = this.state.clock.now();
    const [one, all] = [this.count(pair, forget), this.count(account, forget)];
    const freeAt = one.trustedUntil > now ? one.blockedUntil : Math.max(one.blockedUntil, all.blockedUntil);
    if (freeAt > now) return freeAt - now;
    fail(one, pairPolicy, now);
    fail(all, accountPolicy, now);
    return 0;
  }

  async succeeded({ pair, account }: Pick<Attempt, 'pair' | 'account'>, trust: number): Promise<void> {
    const [one, all] = [this.counts.get(pair), this.counts.get(account)];
    if (one !== undefined) Object.assign(one, { failures: 0, blockedUntil: 0, trustedUntil: this.state.clock.now() + trust });
    if (all !== undefined) all.failures = Math.max(0, all.failures - 1);
  }

  async take(key: string, limit: number, window: number): Promise<number> {
    const now = this.state.clock.now();
    const found = this.counts.get(key);
    const count =
      found !== undefined && found.trustedUntil > now
        ? found
        : { failures: 0, blockedUntil: 0, trustedUntil: now + window, forgottenAt: 0 };
    this.counts.set(key, count);
    count.failures = Math.min(count.failures, limit) + 1;
    return count.failures <= limit ? 0 : count.trustedUntil - now;
  }

  async purge(): Promise<number> {
    const now = this.state.clock.now();
    const before = this.counts.size;
    for (const [key, { blockedUntil, trustedUntil, forgottenAt }] of this.counts)
      if (Math.max(blockedUntil, trustedUntil, forgottenAt) < now) this.counts.delete(key);
    return before - this.counts.size;
  }

  private count(key: string, forget: number): Count {
    const now = this.state.clock.now();
    const count = this.counts.get(key) ?? { failures: 0, blockedUntil: 0, trustedUntil: 0, forgottenAt: 0 };
    if (count.forgottenAt <= now) count.failures = 0;
    count.forgottenAt = now + forget;
    this.counts.set(key, count);
    return count;
  }
}

function fail(count: Count, { free, first, longest }: DelayPolicy, now: number): void {
  const beyond = count.failures - free;
  count.failures += 1;
  if (beyond >= 0) count.blockedUntil = now + Math.min(longest, first * 2 ** Math.min(beyond, 40));
}
