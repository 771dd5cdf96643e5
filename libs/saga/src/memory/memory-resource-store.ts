import { type AppliedChange, type Change, type Clock, type MemoryChangeWriter, type MemoryCommitter, uuidv7 } from '@minos/common';
import {
  CANCEL_RESOURCE,
  type CancelResource,
  CONFIRM_RESOURCE,
  type ConfirmResource,
  type DueGrants,
  RESERVE_RESOURCE,
  type ReserveOutcome,
  type ReserveResource,
  type ResourceStore,
  type StoredReservation,
} from '../contracts/resource-store.js';
import { resourceLost } from '../resources/resource-rejections.js';
import { isOlder, waitingYounger } from './resource-ages.js';
import { type Ended, type KeptMessages, type Row, ResourceTables } from './resource-tables.js';

const GRANT_DUE = 'saga.grant-due';
const PURGE_RESOURCES = 'saga.purge-resources';

interface GrantDue extends Change {
  readonly kind: typeof GRANT_DUE;
  readonly limit: number;
}

interface PurgeResources extends Change {
  readonly kind: typeof PURGE_RESOURCES;
  readonly beforeMs: number;
  readonly limit: number;
}

/** Reservations in the memory of the process. It registers its writers with the committer. */
export class MemoryResourceStore implements ResourceStore {
  private readonly tables: ResourceTables;

  /** `kept` has the answers that are kept back; it shares the committer. */
  constructor(
    private readonly clock: Clock,
    private readonly committer: MemoryCommitter,
    kept: KeptMessages,
  ) {
    this.tables = new ResourceTables(kept);
    this.carries<ReserveResource>(RESERVE_RESOURCE, (change, tenant) => this.reserve(change, tenant));
    this.carries<ConfirmResource>(CONFIRM_RESOURCE, (change, tenant) => this.confirm(change, tenant));
    this.carries<CancelResource>(CANCEL_RESOURCE, (change, tenant) => this.cancel(change, tenant));
    this.carries<GrantDue>(GRANT_DUE, ({ limit }) => this.grantAll(limit));
    this.carries<PurgeResources>(PURGE_RESOURCES, ({ beforeMs, limit }) => this.purge(beforeMs, limit));
  }

  async holderOf(tenant: string, resource: string): Promise<StoredReservation | undefined> {
    const row = this.tables.holder(tenant, resource);
    return row && storedOf(row);
  }

  async line(tenant: string, resource: string): Promise<readonly StoredReservation[]> {
    return this.tables.line(tenant, resource).map(storedOf);
  }

  async reservationsOf(tenant: string, holder: string): Promise<readonly StoredReservation[]> {
    const mine = this.tables.all.filter((row) => row.tenant === tenant && row.holder === holder);
    return mine.sort((one, other) => (one.resource < other.resource ? -1 : 1)).map(storedOf);
  }

  grantDue(limit: number): Promise<DueGrants> {
    return this.commit<GrantDue, DueGrants>({ kind: GRANT_DUE, limit });
  }

  purgeResources(beforeMs: number, limit: number): Promise<number> {
    return this.commit<PurgeResources, number>({ kind: PURGE_RESOURCES, beforeMs, limit });
  }

  /** What was done is taken back as a whole. */
  private carries<C extends Change>(kind: C['kind'], work: (change: C, tenant: string) => unknown): void {
    const writer: MemoryChangeWriter<C> = {
      kind,
      apply: (change, tenant): AppliedChange => this.tables.undoable(() => work(change, tenant)),
    };
    this.committer.register(writer);
  }

  private async commit<C extends Change, R>(change: C): Promise<R> {
    const [result] = await this.committer.commit({ unitId: uuidv7(), tenant: '', changes: [change], standsOn: [] });
    return result as R;
  }

  private grantAll(limit: number): DueGrants {
    const now = this.clock.now();
    const heads = [...new Map(this.tables.waiting().map((row) => [`${row.tenant} ${row.resource}`, row])).values()];
    const untils = heads.map(({ tenant, resource }) => this.tables.holder(tenant, resource)?.until ?? now);
    const due = heads.filter((_, index) => (untils[index] ?? now) <= now);
    let granted = 0;
    for (const { tenant, resource } of due.slice(0, limit)) granted += this.grant(tenant, resource);
    const later = untils.filter((until) => until > now);
    return { granted, left: due.length > limit, nextInMs: later.length === 0 ? undefined : Math.min(...later) - now };
  }

  private purge(beforeMs: number, limit: number): number {
    const before = this.clock.now() - beforeMs;
    const isDead = ({ tenant, resource, until = Infinity }: Row): boolean =>
      until < before && this.tables.line(tenant, resource).length === 0;
    const dead = this.tables.all.filter(isDead).slice(0, limit);
    const over = this.tables.allEnded.filter(({ at }) => at < before).slice(0, limit);
    for (const row of dead) this.tables.remove(row);
    for (const one of over) this.tables.forget(one);
    return dead.length + over.length;
  }

  private reserve(change: ReserveResource, tenant: string): ReserveOutcome {
    const { resource, holder, leaseMs, answer } = change;
    this.grant(tenant, resource);
    const mine = this.tables.of(tenant, resource, holder);
    if (mine?.until !== undefined) return this.held(mine, leaseMs);
    if (mine !== undefined) {
      if (answer !== undefined) this.tables.put({ ...mine, answers: [...mine.answers, answer] });
      return this.waiting(mine);
    }
    if (this.tables.ended(tenant, resource, holder)?.outcome === 'cancelled') return { status: 'cancelled' };
    const by = this.inTheWay(change, tenant);
    return by === undefined ? this.join(change, tenant) : { status: 'busy', by };
  }

  /** Who keeps the asker from joining; `undefined` where nobody does. */
  private inTheWay({ resource, holder, age, waits, holdsElsewhere }: ReserveResource, tenant: string): string | undefined {
    const own = this.tables.all.filter((row) => row.tenant === tenant && row.holder === holder);
    const elsewhere = waitingYounger(own, this.tables);
    if (elsewhere !== undefined) return elsewhere.holder;
    const ahead = this.ahead(tenant, resource);
    const [first] = ahead;
    if (first === undefined) return undefined;
    const older = ahead.find((row) => isOlder(row, { holder, age }));
    if (waits && (older === undefined || (!holdsElsewhere && own.length === 0))) return undefined;
    return older?.holder ?? first.holder;
  }

  private join({ resource, holder, age, leaseMs, answer }: ReserveResource, tenant: string): ReserveOutcome {
    const isFree = this.ahead(tenant, resource).length === 0;
    const answers = isFree || answer === undefined ? [] : [answer];
    const row: Row = { tenant, resource, holder, age, leaseMs, answers, fence: this.tables.nextFence() };
    if (!isFree) {
      this.tables.put(row);
      return this.waiting(row);
    }
    const late = this.tables.holder(tenant, resource);
    if (late !== undefined) this.tables.remove(late);
    return this.held(row, leaseMs);
  }

  private confirm({ resource, holder, fence }: ConfirmResource, tenant: string): unknown {
    const row = this.tables.of(tenant, resource, holder);
    const isThis = (one: { readonly fence: number }): boolean => fence === undefined || one.fence === fence;
    if (row?.until !== undefined && isThis(row)) {
      this.tables.remove(row);
      this.end({ tenant, resource, holder, fence: row.fence, outcome: 'confirmed' });
      return { granted: this.grant(tenant, resource) };
    }
    const ended = this.tables.ended(tenant, resource, holder);
    if (ended?.outcome !== 'confirmed' || !isThis(ended)) throw resourceLost(resource, holder, fence);
    return { granted: 0 };
  }

  private cancel({ resource, holder, remembered }: CancelResource, tenant: string): unknown {
    const row = this.tables.of(tenant, resource, holder);
    if (row !== undefined) {
      this.tables.remove(row);
      this.tables.forgetAnswers(row);
      return { granted: this.grant(tenant, resource) };
    }
    if (remembered && this.tables.ended(tenant, resource, holder) === undefined)
      this.end({ tenant, resource, holder, fence: 0, outcome: 'cancelled' });
    return { granted: 0 };
  }

  /** The next in line holds the resource, where nobody does whose lease lasts. */
  private grant(tenant: string, resource: string): number {
    const [next] = this.tables.line(tenant, resource);
    const holder = this.tables.holder(tenant, resource);
    if (next === undefined || (holder?.until ?? 0) > this.clock.now()) return 0;
    if (holder !== undefined) this.tables.remove(holder);
    this.held({ ...next, answers: [] }, next.leaseMs);
    this.tables.letGo(next);
    return 1;
  }

  private held(row: Row, leaseMs: number): ReserveOutcome {
    const until = Math.floor(this.clock.now() + leaseMs);
    this.tables.put({ ...row, leaseMs, until });
    return { status: 'held', fence: row.fence, until };
  }

  private waiting({ tenant, resource, fence }: Row): ReserveOutcome {
    const place = this.tables.line(tenant, resource).filter((row) => row.fence <= fence).length;
    return { status: 'waiting', fence, place };
  }

  /** The one whose lease lasts, and the line. */
  private ahead(tenant: string, resource: string): readonly Row[] {
    const holder = this.tables.holder(tenant, resource);
    const line = this.tables.line(tenant, resource);
    return holder === undefined || (holder.until ?? 0) <= this.clock.now() ? line : [holder, ...line];
  }

  private end(ended: Omit<Ended, 'at'>): void {
    this.tables.end({ ...ended, at: this.clock.now() });
  }
}

function storedOf({ resource, holder, age, fence, until }: Row): StoredReservation {
  return { resource, holder, age, fence, ...(until === undefined ? {} : { until }) };
}
