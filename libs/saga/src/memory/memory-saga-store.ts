import { type AppliedChange, type Clock, ConcurrencyConflictError, type MemoryChangeWriter, type MemoryCommitter } from '@minos/common';
import { hasEnded, type JournalEntry, type SagaInstance, statusOf } from '../contracts/saga-instance.js';
import {
  type CarriedSaga,
  type DueSagas,
  type LoadedSaga,
  MAIL_SAGA,
  type MailSaga,
  type SagaCounts,
  type SagaFilter,
  type SagaInUse,
  type SagaPage,
  type SagaProgress,
  type SagaStore,
  type SagaSummary,
  SAVE_SAGA,
  type SaveSaga,
  type StoredEntry,
} from '../contracts/saga-store.js';

interface Row extends SagaSummary {
  readonly wakeAt: number | undefined;
  readonly mail: readonly { readonly id: string; readonly body: MailSaga['body'] }[];
  readonly journal: readonly StoredEntry[];
}

/** Instances in the memory of the process. It registers its writers with the committer. */
export class MemorySagaStore implements SagaStore {
  private readonly rows = new Map<string, Row>();

  constructor(
    private readonly clock: Clock,
    committer: Pick<MemoryCommitter, 'register'>,
  ) {
    const save: MemoryChangeWriter<SaveSaga> = { kind: SAVE_SAGA, apply: (change) => this.save(change) };
    const mail: MemoryChangeWriter<MailSaga> = { kind: MAIL_SAGA, apply: (change) => this.mail(change) };
    for (const writer of [save, mail]) committer.register(writer);
  }

  async load(id: string): Promise<LoadedSaga | undefined> {
    const row = this.rows.get(id);
    return row && { instance: row.instance, mail: row.mail };
  }

  async findByKey(name: string, tenant: string, key: string): Promise<string | undefined> {
    return this.byKey(name, tenant, key)?.instance.id;
  }

  async claimDue(carried: readonly CarriedSaga[], limit: number, leaseMs: number): Promise<DueSagas> {
    const now = this.clock.now();
    const mine = [...this.rows.values()].filter(
      ({ instance, wakeAt }) => wakeAt !== undefined && carried.some((one) => isOf(instance, one)),
    );
    const waiting = mine.sort((one, other) => Number(one.wakeAt) - Number(other.wakeAt));
    const due = waiting.filter(({ wakeAt }) => Number(wakeAt) <= now);
    const taken = due.slice(0, limit);
    for (const row of taken) this.rows.set(row.instance.id, { ...row, wakeAt: now + leaseMs });
    const later = waiting.find(({ wakeAt }) => Number(wakeAt) > now)?.wakeAt ?? Infinity;
    const next = Math.min(later, taken.length > 0 ? now + leaseMs : Infinity);
    return {
      ids: taken.map(({ instance }) => instance.id),
      left: due.length > taken.length,
      nextInMs: next === Infinity ? undefined : next - now,
      now,
    };
  }

  async list(filter: SagaFilter, { limit, after }: SagaPage): Promise<readonly SagaSummary[]> {
    const now = this.clock.now();
    return [...this.rows.values()]
      .filter((row) => fits(row, filter, now))
      .sort((one, other) => compare(other, one))
      .filter((row) => after === undefined || compare(row, { startedAt: after.startedAt, instance: { id: after.id } }) < 0)
      .slice(0, limit)
      .map(summaryOf);
  }

  async summary(id: string): Promise<SagaSummary | undefined> {
    const row = this.rows.get(id);
    return row && summaryOf(row);
  }

  async journal(id: string, after: number, limit: number): Promise<readonly StoredEntry[]> {
    return (this.rows.get(id)?.journal ?? []).filter(({ number }) => number > after).slice(0, limit);
  }

  async inUse(): Promise<readonly SagaInUse[]> {
    const found = new Map<string, SagaInUse>();
    for (const { instance } of this.rows.values()) {
      if (!this.isLive(instance)) continue;
      const { name, version, hash } = instance;
      const key = `${name}@${version}#${hash}`;
      found.set(key, { name, version, hash, live: (found.get(key)?.live ?? 0) + 1 });
    }
    return [...found.values()];
  }

  async progress(): Promise<SagaProgress> {
    const counts = { running: 0, compensating: 0, parked: 0, completed: 0, compensated: 0 };
    const now = this.clock.now();
    let oldest = now;
    for (const { instance, wakeAt = now } of this.rows.values()) {
      counts[statusOf(instance)] += 1;
      oldest = Math.min(oldest, wakeAt);
    }
    const { running, compensating, parked } = counts;
    return { running, compensating, parked, overdueSeconds: (now - oldest) / 1000 };
  }

  async counts(): Promise<readonly SagaCounts[]> {
    const now = this.clock.now();
    const found = new Map<string, SagaCounts>();
    for (const { instance, startedAt } of this.rows.values()) {
      if (hasEnded(instance) && instance.parked === undefined) continue;
      const { name } = instance;
      const known = found.get(name) ?? { name, running: 0, compensating: 0, parked: 0, oldestSeconds: 0 };
      const status = statusOf(instance) as 'running' | 'compensating' | 'parked';
      const oldestSeconds = Math.max(known.oldestSeconds, (now - startedAt) / 1000);
      found.set(name, { ...known, [status]: known[status] + 1, oldestSeconds });
    }
    return [...found.values()];
  }

  async purge(endedBeforeMs: number, limit: number): Promise<number> {
    const before = this.clock.now() - endedBeforeMs;
    const isNeeded = ({ parent }: SagaInstance): boolean => parent !== undefined && this.rows.has(parent.id);
    const gone = [...this.rows.values()]
      .filter(({ endedAt = Infinity, instance }) => endedAt < before && !isNeeded(instance))
      .slice(0, limit);
    for (const { instance } of gone) this.rows.delete(instance.id);
    return gone.length;
  }

  /** It has not ended, or may be taken back yet. */
  private isLive(instance: SagaInstance): boolean {
    const row = instance.parent && this.rows.get(instance.parent.id);
    return !hasEnded(instance) || (instance.phase === 'completed' && row !== undefined && this.isLive(row.instance));
  }

  private save({ instance, journal, read, ifAbsent }: SaveSaga): AppliedChange {
    const { id, name } = instance;
    const before = this.rows.get(id);
    const isTaken = this.isTaken(instance, before);
    if (isTaken && ifAbsent) return { result: false, undo: () => undefined };
    if (isTaken || !isNext(instance, before)) throw new ConcurrencyConflictError(`The saga ${name} ${id} was changed meanwhile.`);
    const now = this.clock.now();
    const mail = (before?.mail ?? []).filter((one) => !read.includes(one.id));
    this.rows.set(id, {
      instance,
      ...timesOf(instance, before, now),
      wakeAt: mail.length > 0 ? now : wakeTime(instance, ifAbsent, now),
      mail,
      journal: [...(before?.journal ?? []), ...numbered(journal, instance.entries, now)],
    });
    return { result: true, undo: () => this.restore(id, before) };
  }

  private isTaken({ name, key, revision, origin }: SagaInstance, before: Row | undefined): boolean {
    if (revision !== 1) return false;
    return before !== undefined || (key !== undefined && this.byKey(name, origin.tenant, key) !== undefined);
  }

  private mail({ id, sagaId, body }: MailSaga): AppliedChange {
    const before = this.rows.get(sagaId);
    if (before === undefined || before.mail.some((one) => one.id === id)) return { result: undefined, undo: () => undefined };
    this.rows.set(sagaId, { ...before, mail: [...before.mail, { id, body }], wakeAt: this.clock.now() });
    return { result: undefined, undo: () => this.restore(sagaId, before) };
  }

  private restore(id: string, before: Row | undefined): void {
    if (before === undefined) this.rows.delete(id);
    else this.rows.set(id, before);
  }

  private byKey(name: string, tenant: string, key: string): Row | undefined {
    return [...this.rows.values()].find(
      ({ instance }) => instance.name === name && instance.key === key && instance.origin.tenant === tenant,
    );
  }
}

function wakeTime({ wakeAt }: SagaInstance, isDueNow: boolean, now: number): number | undefined {
  return isDueNow && wakeAt !== undefined ? Math.min(wakeAt, now) : wakeAt;
}

function timesOf(instance: SagaInstance, before: Row | undefined, now: number): Omit<SagaSummary, 'instance'> {
  const ended = hasEnded(instance) ? { endedAt: before?.endedAt ?? now } : {};
  return { startedAt: before?.startedAt ?? now, changedAt: now, ...ended };
}

function numbered(journal: readonly JournalEntry[], entries: number, at: number): readonly StoredEntry[] {
  return journal.map((entry, index) => ({ ...entry, number: entries - journal.length + 1 + index, at }));
}

function isNext({ revision }: SagaInstance, before: Row | undefined): boolean {
  return (before?.instance.revision ?? 0) === revision - 1;
}

function isOf(instance: SagaInstance, { name, version, hash }: CarriedSaga): boolean {
  return instance.name === name && instance.version === version && instance.hash === hash;
}

function summaryOf({ instance, startedAt, changedAt, endedAt }: Row): SagaSummary {
  return { instance, startedAt, changedAt, ...(endedAt === undefined ? {} : { endedAt }) };
}

function fits({ instance, startedAt }: Row, { name, status, key, tenant, olderThanMs }: SagaFilter, now: number): boolean {
  const isOld = olderThanMs === undefined || now - startedAt > olderThanMs;
  const pairs: (readonly [unknown, unknown])[] = [
    [name, instance.name],
    [status, statusOf(instance)],
    [key, instance.key],
    [tenant, instance.origin.tenant],
  ];
  return isOld && pairs.every(([wanted, found]) => wanted === undefined || wanted === found);
}

interface Place {
  readonly startedAt: number;
  readonly instance: { readonly id: string };
}

function compare(one: Place, other: Place): number {
  if (one.startedAt !== other.startedAt) return one.startedAt - other.startedAt;
  if (one.instance.id === other.instance.id) return 0;
  return one.instance.id < other.instance.id ? -1 : 1;
}
