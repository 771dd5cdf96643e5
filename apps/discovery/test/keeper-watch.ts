import { LEASES, type Leases } from '@minos/common';
import { type PostgresRegistryStore, REGISTRY_STORE } from '@minos/discovery/server';
import type { TestingApp } from '@minos/nest/testing';

const KEEPER = 'registry.keeper';
const MOST_ATTEMPTS = 20;

/** What registries do as keepers. */
export class KeeperWatch {
  private tenures = 0;
  private onOut: ((of: readonly string[]) => void) | undefined;

  constructor(registries: readonly TestingApp[]) {
    for (const registry of registries) {
      this.countTenures(registry.get<Leases>(LEASES));
      this.hearVerdicts(registry.get<PostgresRegistryStore>(REGISTRY_STORE));
    }
  }

  /** What `count` gives when a registry decides for the first time from now on that this instance, or one of this service, is not to be sent to. */
  whenOut(name: string, count: () => number): () => number {
    let counted: number | undefined;
    this.onOut = (of) => void (of.includes(name) && (counted ??= count()));
    return () => counted ?? NaN;
  }

  /** Makes the attempt again where somebody became the keeper meanwhile, who begins with its probes anew; otherwise does what the attempt gave, which is to look at the outcome. */
  async underOne(attempt: () => Promise<() => void>): Promise<void> {
    for (let made = 0; made < MOST_ATTEMPTS; made += 1) {
      const before = this.tenures;
      const judge = await attempt();
      if (this.tenures === before) return judge();
    }
    throw new Error(`The keeper changed during each of ${MOST_ATTEMPTS} attempts.`);
  }

  private countTenures(leases: Leases): void {
    const acquire = leases.acquire.bind(leases);
    leases.acquire = async (name, ...more) => {
      const lease = await acquire(name, ...more);
      if (name === KEEPER && lease !== undefined) this.tenures += 1;
      return lease;
    };
  }

  private hearVerdicts(store: PostgresRegistryStore): void {
    const judge = store.judge.bind(store);
    store.judge = (verdicts, fence) => {
      for (const { service, instance, state } of verdicts) if (state !== 'up') this.onOut?.([service, instance]);
      return judge(verdicts, fence);
    };
  }
}
