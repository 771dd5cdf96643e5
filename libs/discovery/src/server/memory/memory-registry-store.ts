import type { Clock } from '@minos/common';
import type {
  InstanceFacts,
  InstanceKey,
  KeptInstance,
  LookOptions,
  OwnedRoute,
  RegisterOutcome,
  RegisterRequest,
  RegistryChanges,
  RegistryStore,
  RouteConflict,
  RouteKey,
  StateVerdict,
  StoredState,
} from '../../contracts/index.js';
import { decideRegistration, factsText, isVisible } from '../registration/decide-registration.js';
import { conflictOf } from '../registration/route-claims.js';

interface Row {
  readonly service: string;
  readonly instance: string;
  epoch: number;
  address: string;
  published: string | undefined;
  facts: string;
  state: StoredState;
  change: number;
  leaseUntil: number;
  suspectSince: number;
  changedAt: number;
}

/** In one process, for tests: everything is lost with it, and there is one registry. */
export class MemoryRegistryStore implements RegistryStore {
  private readonly rows = new Map<string, Row>();
  private claims: OwnedRoute[] = [];
  private version: number;
  private floor: number;
  private lookedAt: number | undefined;

  constructor(private readonly clock: Clock) {
    this.version = this.floor = clock.now();
  }

  async register(asked: RegisterRequest): Promise<RegisterOutcome> {
    const known = this.rows.get(asked.instance);
    const decision = decideRegistration(known, asked);
    if ('refused' in decision) return decision.refused;
    const others = [...this.rows.values()].filter((row) => row.service === asked.service && row !== known && row.state !== 'left');
    const replaced = others.filter(({ address }) => address === asked.address);
    if (others.length - replaced.length >= asked.instancesPerService) return { kind: 'too-many-instances' };
    const conflict = this.claim(asked);
    if (conflict !== undefined) return { kind: 'route-taken', conflict };
    for (const row of replaced) this.set(row, 'left');
    const { service, instance, epoch, address } = asked;
    const now = this.clock.monotonic();
    const row: Row = {
      ...(known ?? { change: 0, suspectSince: now, changedAt: now }),
      ...{ service, instance, epoch, address, state: decision.state, facts: factsText(asked) },
      published: known !== undefined && known.state !== 'left' && known.address === address ? known.published : undefined,
      leaseUntil: now + asked.leaseMs,
    };
    if (decision.visible) row.change = ++this.version;
    this.rows.set(instance, row);
    return { kind: 'registered', version: this.version };
  }

  async renew(instances: readonly (InstanceKey & { readonly epoch: number })[], leaseMs: number): Promise<readonly boolean[]> {
    return instances.map(({ service, instance, epoch }) => {
      const row = this.rows.get(instance);
      if (row === undefined || row.service !== service || row.epoch !== epoch || row.state === 'left') return false;
      row.leaseUntil = this.clock.monotonic() + leaseMs;
      return true;
    });
  }

  async leave({ service, instance }: InstanceKey, epoch: number): Promise<boolean> {
    const row = this.rows.get(instance);
    if (row === undefined || row.service !== service || row.epoch > epoch || row.state === 'left') return false;
    this.set(row, 'left');
    row.epoch = epoch + 1;
    return true;
  }

  async changesAfter(version: number): Promise<RegistryChanges> {
    const changed = [...this.rows.values()].filter(({ change }) => change > version).sort((one, other) => one.change - other.change);
    return {
      version: this.version,
      floor: this.floor,
      instances: changed.map(({ service, instance, address, published, facts, state, change }) => ({
        ...{ service, instance, state, change, address: published ?? address },
        ...(JSON.parse(facts) as InstanceFacts),
      })),
    };
  }

  async look({ downAfterMs, leaseMs, onlyNew = false }: LookOptions): Promise<readonly KeptInstance[]> {
    const now = this.clock.monotonic();
    if (this.lookedAt !== undefined && now - this.lookedAt > downAfterMs)
      for (const row of this.rows.values()) row.leaseUntil = Math.max(row.leaseUntil, now) + leaseMs;
    this.lookedAt = now;
    return [...this.rows.values()].flatMap(({ service, instance, epoch, address, published, state, leaseUntil, suspectSince }) =>
      state === 'left' || (onlyNew && state !== 'new')
        ? []
        : [
            {
              service,
              instance,
              epoch,
              address,
              published,
              state,
              lapsedMs: now - leaseUntil,
              suspectMs: state === 'suspect' ? now - suspectSince : 0,
            },
          ],
    );
  }

  async judge(verdicts: readonly StateVerdict[]): Promise<number> {
    return verdicts.filter((verdict) => this.judgeOne(verdict)).length;
  }

  async forget(olderThanMs: number): Promise<void> {
    const before = this.clock.monotonic() - olderThanMs;
    for (const row of this.rows.values()) {
      if (row.state !== 'left' || row.changedAt > before) continue;
      this.rows.delete(row.instance);
      this.floor = Math.max(this.floor, row.change);
    }
  }

  async routes(): Promise<readonly OwnedRoute[]> {
    return [...this.claims].sort((one, other) => (`${one.path} ${one.method}` < `${other.path} ${other.method}` ? -1 : 1));
  }

  async freeRoute(method: string, shape: string): Promise<boolean> {
    const before = this.claims.length;
    this.claims = this.claims.filter((claim) => !isSame(claim, { method, shape }));
    return this.claims.length < before;
  }

  private judgeOne(verdict: StateVerdict): boolean {
    const { state, published, onlyLapsed } = verdict;
    const row = this.rows.get(verdict.instance);
    if (row === undefined || !isAbout(verdict, row)) return false;
    if (onlyLapsed && row.leaseUntil > this.clock.monotonic()) return false;
    const moved = published !== undefined && published !== row.published;
    if (row.state === state && !moved) return false;
    row.published = published ?? row.published;
    this.set(row, state);
    return true;
  }

  private set(row: Row, state: StoredState): void {
    const now = this.clock.monotonic();
    if (isVisible(row.state) || isVisible(state)) row.change = ++this.version;
    if (state === 'suspect' && row.state !== 'suspect') row.suspectSince = now;
    row.state = state;
    row.changedAt = now;
  }

  /** Answers what is in the way; then nothing is claimed. */
  private claim(asked: RegisterRequest): RouteConflict | undefined {
    const { service } = asked;
    const routes = asked.routes.filter((route) => !this.claims.some((claim) => claim.service === service && isSame(claim, route)));
    const conflict = conflictOf({ ...asked, routes }, this.claims);
    if (conflict !== undefined) return conflict;
    for (const { method, shape, path } of routes) this.claims.push({ method, shape, path, service });
    return undefined;
  }
}

function isSame(one: RouteKey, other: RouteKey): boolean {
  return one.method === other.method && one.shape === other.shape;
}

function isAbout({ service, epoch, address }: StateVerdict, row: Row): boolean {
  return row.state !== 'left' && row.service === service && row.epoch === epoch && row.address === address;
}
