import type { PinnedTransaction, UnitCommitter } from '../contracts/unit-committer.js';
import type { Change, EnlistedChange, Unit, UnitState } from '../contracts/unit-of-work.js';
import { isMinosError } from '../errors/minos-error.js';
import { fill, type UnitEntry } from './unit-entry.js';
import { DependencyFailedError, StoreHeldError, UnitEndedError } from './unit-of-work.errors.js';

const NOTHING: readonly string[] = [];

/** What a unit is made of; ids and attempts are the engine's business. */
export interface UnitIdentity {
  readonly id: string;
  readonly tenant: string;
  readonly attempt: number;
  /** The unit in whose work this one runs; only known where the committer is exclusive. */
  readonly inside: RunningUnit | undefined;
}

/** One attempt at a piece of work: collects, then settles once. Made and driven by the engine. */
export class RunningUnit implements Unit {
  readonly id: string;
  readonly tenant: string;
  readonly attempt: number;

  private currentState: UnitState = 'open';
  private readonly entries: UnitEntry[] = [];
  private transaction: Promise<PinnedTransaction> | undefined;
  private readonly inside: RunningUnit | undefined;
  private flushed = 0;
  private hasWritten = false;
  private work: 'returned' | 'threw' = 'returned';
  /** Why a flush failed: the unit can only fail, also where the work caught the error. */
  private refusal: { readonly error: unknown } | undefined;
  // Most units need none of the rest, and a service makes very many units: each is made when it is first used.
  private kept: Map<symbol, unknown> | undefined;
  private guards: UnitEntry[] | undefined;
  private previous: Set<RunningUnit> | undefined;
  private turn: Promise<unknown> | undefined;
  private effects: (() => void | Promise<void>)[] | undefined;
  private storedListeners: (() => void)[] | undefined;
  private settlingListeners: ((work: 'returned' | 'threw') => void)[] | undefined;
  private failureListeners: ((error: unknown) => void)[] | undefined;
  private endListeners: (() => void)[] | undefined;

  constructor(
    identity: UnitIdentity,
    private readonly committer: UnitCommitter,
  ) {
    this.id = identity.id;
    this.tenant = identity.tenant;
    this.attempt = identity.attempt;
    this.inside = identity.inside;
  }

  get state(): UnitState {
    return this.currentState;
  }

  get resources(): Map<symbol, unknown> {
    return (this.kept ??= new Map());
  }

  get pinned(): boolean {
    return this.transaction !== undefined;
  }

  get changes(): readonly Change[] {
    return this.entries.map(({ change }) => change);
  }

  enlist<R = unknown>(change: Change): EnlistedChange<R> {
    this.demandOpen('enlist()');
    const entry: UnitEntry = { change, result: undefined };
    this.entries.push(entry);
    return entry as EnlistedChange<R>;
  }

  guard(change: Change): void {
    this.demandOpen('guard()');
    (this.guards ??= []).push({ change, result: undefined });
  }

  standOn(previous: Unit): void {
    this.demandOpen('standOn()');
    if (previous !== this && previous.state !== 'committed') (this.previous ??= new Set()).add(previous as RunningUnit);
  }

  onSettling(listener: (work: 'returned' | 'threw') => void): void {
    this.demandOpen('onSettling()');
    (this.settlingListeners ??= []).push(listener);
  }

  onCommitted(effect: () => void | Promise<void>): void {
    this.demandOpen('onCommitted()');
    (this.effects ??= []).push(effect);
  }

  onStored(listener: () => void): void {
    this.demandOpen('onStored()');
    (this.storedListeners ??= []).push(listener);
  }

  onFailed(listener: (error: unknown) => void): void {
    this.demandOpen('onFailed()');
    (this.failureListeners ??= []).push(listener);
  }

  pin(): Promise<unknown> {
    this.demandOpen('pin()');
    return this.pinnedTransaction().then((transaction) => transaction.handle);
  }

  flush(): Promise<void> {
    this.demandOpen('flush()');
    const mine = (this.turn ?? Promise.resolve()).then(() => this.writePending());
    this.turn = mine.catch((error: unknown) => (this.refusal ??= { error }));
    return mine;
  }

  /** The work returned: commits everything. Resolves when it is stored. */
  async succeed(): Promise<void> {
    this.currentState = 'settling';
    try {
      if (this.transaction) await this.commitPinned();
      else await this.commitTogether(this.guards ? [...this.guards, ...this.entries] : this.entries);
    } catch (error) {
      this.fail(error);
      throw error;
    }
    this.end('committed');
    for (const listener of this.storedListeners?.splice(0) ?? []) listener();
  }

  /** The work threw: commits the guards alone and resolves with the error that stands. Rejects where a guard does not hold; then the work's error proves nothing. */
  async giveUp(error: unknown): Promise<unknown> {
    this.currentState = 'settling';
    this.work = 'threw';
    let reason = error;
    try {
      reason = await this.rollback(error);
      if (!isMinosError(reason, 'CONCURRENCY_CONFLICT')) await this.commitTogether(this.guards ?? []);
      return reason;
    } catch (refused) {
      reason = refused;
      throw refused;
    } finally {
      this.fail(reason);
    }
  }

  takeEffects(): readonly (() => void | Promise<void>)[] {
    return this.effects?.splice(0) ?? [];
  }

  private demandOpen(attempted: string): void {
    if (this.currentState !== 'open') throw new UnitEndedError(this.id, this.currentState, attempted);
  }

  private pinnedTransaction(): Promise<PinnedTransaction> {
    this.transaction ??= this.awaitPrevious().then(() => this.committer.pin(this.id, this.tenant));
    return this.transaction;
  }

  /** A pinned unit commits outside any group, so what it stands on must have ended before. */
  private async awaitPrevious(): Promise<void> {
    for (const previous of this.previous ?? []) {
      await previous.whenEnded();
      if (previous.state === 'failed') throw new DependencyFailedError(this.id, previous.id);
    }
    this.previous = undefined;
  }

  private async writePending(): Promise<void> {
    const transaction = await this.pinnedTransaction();
    await this.awaitPrevious();
    const guards = this.guards?.slice() ?? [];
    const pending = [...guards, ...this.entries.slice(this.flushed)];
    this.flushed = this.entries.length;
    if (pending.length === 0) return;
    this.demandStore();
    this.hasWritten = true;
    fill(pending, await transaction.write(pending.map((entry) => entry.change)));
    // Guards that did not hold stay: what the work makes of the refusal is confirmed by them too.
    this.guards?.splice(0, guards.length);
  }

  private async commitPinned(): Promise<void> {
    try {
      await this.turn;
      if (this.refusal) throw this.refusal.error;
      await this.writePending();
      await (await this.pinnedTransaction()).commit();
    } catch (error) {
      throw await this.rollback(error);
    } finally {
      this.announceSettling();
    }
  }

  private commitTogether(entries: readonly UnitEntry[]): Promise<void> | undefined {
    const standsOn = this.unfinishedPrevious();
    if (entries.length === 0 && standsOn.length === 0) {
      this.announceSettling();
      return undefined;
    }
    this.demandStore();
    const changes = entries.map((entry) => entry.change);
    const committing = this.committer.commit({ unitId: this.id, tenant: this.tenant, changes, standsOn });
    this.announceSettling();
    return committing.then((results) => fill(entries, results));
  }

  private demandStore(): void {
    for (let outer = this.inside; outer !== undefined; outer = outer.inside) {
      if (outer.currentState === 'open' && outer.hasWritten) throw new StoreHeldError(this.id, outer.id);
    }
  }

  private unfinishedPrevious(): readonly string[] {
    if (!this.previous) return NOTHING;
    const lost = [...this.previous].find((previous) => previous.state === 'failed');
    if (lost) throw new DependencyFailedError(this.id, lost.id);
    return [...this.previous].filter((previous) => previous.state !== 'committed').map((previous) => previous.id);
  }

  /** Resolves with what `error` means. */
  private async rollback(error: unknown): Promise<unknown> {
    const transaction = await this.transaction?.catch(() => undefined);
    const reason = transaction?.explain ? transaction.explain(error) : error;
    await transaction?.rollback();
    this.transaction = undefined;
    return reason;
  }

  private announceSettling(): void {
    for (const listener of this.settlingListeners?.splice(0) ?? []) listener(this.work);
  }

  private fail(error: unknown): void {
    this.announceSettling();
    this.end('failed');
    for (const listener of this.failureListeners?.splice(0) ?? []) listener(error);
  }

  private end(state: 'committed' | 'failed'): void {
    this.currentState = state;
    for (const listener of this.endListeners?.splice(0) ?? []) listener();
  }

  private whenEnded(): Promise<void> {
    if (this.currentState === 'committed' || this.currentState === 'failed') return Promise.resolve();
    return new Promise((resolve) => (this.endListeners ??= []).push(resolve));
  }
}
