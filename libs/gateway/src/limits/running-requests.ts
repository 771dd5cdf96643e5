import type { LimitedCaller, RunningLimiter, RunningPlace } from '../contracts/limits.js';
import { AddressKeys } from './address-keys.js';

export interface RunningRequestsSettings {
  readonly perAddress: number;
  readonly perPrincipal: number;
}

/** Counts what runs; what it remembers is as much as there is running. */
export class RunningRequests implements RunningLimiter {
  private readonly byAddress = new Map<string, number>();
  private readonly byPrincipal = new Map<string, number>();
  private readonly keys = new AddressKeys();

  constructor(private readonly settings: RunningRequestsSettings) {}

  enter({ address, principal }: LimitedCaller): RunningPlace | undefined {
    const key = this.keys.of(address);
    const ofAddress = this.byAddress.get(key) ?? 0;
    if (ofAddress >= this.settings.perAddress) return undefined;
    if (principal !== undefined) {
      const ofPrincipal = this.byPrincipal.get(principal) ?? 0;
      if (ofPrincipal >= this.settings.perPrincipal) return undefined;
      this.byPrincipal.set(principal, ofPrincipal + 1);
    }
    this.byAddress.set(key, ofAddress + 1);
    return new Place(this.byAddress, key, this.byPrincipal, principal);
  }
}

class Place implements RunningPlace {
  private left = false;

  constructor(
    private readonly byAddress: Map<string, number>,
    private readonly address: string,
    private readonly byPrincipal: Map<string, number>,
    private readonly principal: string | undefined,
  ) {}

  leave(): void {
    if (this.left) return;
    this.left = true;
    leave(this.byAddress, this.address);
    if (this.principal !== undefined) leave(this.byPrincipal, this.principal);
  }
}

function leave(counts: Map<string, number>, key: string): void {
  const left = (counts.get(key) ?? 1) - 1;
  if (left === 0) counts.delete(key);
  else counts.set(key, left);
}
