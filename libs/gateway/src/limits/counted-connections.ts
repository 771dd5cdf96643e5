import { addressKey } from '@minos/common';
import type { ConnectionLimiter } from '../contracts/limits.js';
import type { LimitOptions } from './limit.options.js';

/** Counts open connections; what it remembers is as much as there is open. */
export class CountedConnections implements ConnectionLimiter {
  private total = 0;
  private readonly byAddress = new Map<string, number>();

  constructor(private readonly settings: Required<Pick<LimitOptions, 'connections' | 'connectionsPerAddress'>>) {}

  /** How many are open. */
  get size(): number {
    return this.total;
  }

  open(address: string | undefined): (() => void) | undefined {
    const key = address === undefined ? undefined : addressKey(address);
    const there = key === undefined ? 0 : (this.byAddress.get(key) ?? 0);
    if (this.total >= this.settings.connections || there >= this.settings.connectionsPerAddress) return undefined;
    this.total++;
    if (key !== undefined) this.byAddress.set(key, there + 1);
    return this.closer(key);
  }

  private closer(key: string | undefined): () => void {
    let open = true;
    return () => {
      if (!open) return;
      open = false;
      this.total--;
      if (key === undefined) return;
      const left = (this.byAddress.get(key) ?? 1) - 1;
      if (left === 0) this.byAddress.delete(key);
      else this.byAddress.set(key, left);
    };
  }
}
