import type { Clock, Unit } from '@minos/common';
import { type CheckpointStore, comparePositions } from '@minos/event-sourcing';
import type {
  ProjectionControl,
  ProjectionFailure,
  ProjectionKey,
  ProjectionNote,
  ProjectionRecord,
  ProjectionRequester,
  ProjectionVerb,
  RegisteredProjection,
  SwapOutcome,
} from '../contracts/projection-control.js';
import type { ProjectionAction, ProjectionJournal } from '../contracts/projection-journal.js';
import {
  ProjectionRebuildImpossibleError,
  ProjectionRebuildNoneError,
  ProjectionRebuildRunningError,
  ProjectionUnknownError,
} from '../errors/projection.errors.js';
import { rebuildSubscriptionOf, rebuildTable, subscriptionOf } from '../projection/projection-names.js';
import type { MemoryViewStore } from './memory-view-store.js';

interface Kept {
  record: ProjectionRecord;
  rebuilds: number;
  skips: { readonly rebuild: number; readonly failure: ProjectionFailure }[];
}

export interface MemoryProjectionControlParts {
  readonly views: MemoryViewStore;
  readonly checkpoints: CheckpointStore;
  readonly clock: Clock;
}

/** What is asked for of the projections of one process; runners are fenced by nothing but being stopped. */
export class MemoryProjectionControl implements ProjectionControl, ProjectionJournal {
  private readonly kept = new Map<string, Kept>();
  private readonly actions: ProjectionAction[] = [];

  constructor(private readonly parts: MemoryProjectionControlParts) {}

  async register(projections: readonly RegisteredProjection[]): Promise<void> {
    for (const one of projections) {
      const known = this.kept.get(subscriptionOf(one));
      const record = { resumes: 0, built: false, ...known?.record, ...one };
      this.kept.set(subscriptionOf(one), { rebuilds: 0, skips: [], ...known, record });
    }
  }

  async load(keys: readonly ProjectionKey[]): Promise<readonly ProjectionRecord[]> {
    return keys.flatMap((key) => this.kept.get(subscriptionOf(key))?.record ?? []);
  }

  async act(key: ProjectionKey, verb: ProjectionVerb, requester: ProjectionRequester): Promise<ProjectionRecord> {
    const kept = this.known(key);
    await this[verb](kept, requester);
    return kept.record;
  }

  async note(key: ProjectionKey, note: ProjectionNote): Promise<void> {
    const kept = this.known(key);
    const { rebuild } = kept.record;
    if (note.kind === 'built') kept.record = { ...kept.record, built: true };
    else if (note.kind === 'failed' && note.rebuild === undefined) kept.record = { ...kept.record, failure: note.failure };
    else if (rebuild !== undefined && rebuild.number === note.rebuild) {
      const noted = note.kind === 'failed' ? { failure: note.failure } : { measured: { from: note.from, at: this.parts.clock.now() } };
      kept.record = { ...kept.record, rebuild: { ...rebuild, ...noted } };
    }
  }

  async swap(key: ProjectionKey, rebuild: number): Promise<SwapOutcome> {
    const kept = this.known(key);
    const { views, checkpoints } = this.parts;
    if (kept.record.rebuild?.number !== rebuild) return 'gone';
    const [served, made] = [subscriptionOf(key), rebuildSubscriptionOf(key, rebuild)];
    const [at, reached] = [await checkpoints.load(served), await checkpoints.load(made)];
    if (at !== undefined && (reached === undefined || comparePositions(reached, at) < 0)) return 'behind';
    for (const { name } of kept.record.views) views.move(rebuildTable(name, rebuild), name);
    await Promise.all([checkpoints.reset(served, reached), checkpoints.reset(made, undefined)]);
    const { rebuild: ended, failure: _, ...record } = kept.record;
    kept.record = { ...record, resumes: record.resumes + 1, built: true };
    kept.skips = kept.skips.filter((skip) => skip.rebuild === rebuild).map(({ failure }) => ({ rebuild: 0, failure }));
    this.record(kept, ended, 'rebuilt', rebuild);
    return 'done';
  }

  async skip(unit: Unit, key: ProjectionKey, rebuild: number, failure: ProjectionFailure): Promise<void> {
    unit.onStored(() => void this.known(key).skips.unshift({ rebuild, failure }));
  }

  async skips(key: ProjectionKey, limit: number): Promise<readonly ProjectionFailure[]> {
    const served = this.known(key).skips.filter(({ rebuild }) => rebuild === 0);
    return served.map(({ failure }) => failure).slice(0, limit);
  }

  async audit({ name, version }: Partial<ProjectionKey>, limit: number): Promise<readonly ProjectionAction[]> {
    const fits = (one: ProjectionAction): boolean => one.name === (name ?? one.name) && one.version === (version ?? one.version);
    return this.actions.filter(fits).slice(0, limit);
  }

  private async pause(kept: Kept, requester: ProjectionRequester): Promise<void> {
    if (kept.record.paused !== undefined) return;
    kept.record = { ...kept.record, paused: { ...requester, at: this.parts.clock.now() } };
    this.record(kept, requester, 'pause');
  }

  private async resume(kept: Kept, requester: ProjectionRequester): Promise<void> {
    const { paused: _, ...record } = kept.record;
    kept.record = { ...record, resumes: record.resumes + 1 };
    this.record(kept, requester, 'resume');
  }

  private async rebuild(kept: Kept, requester: ProjectionRequester): Promise<void> {
    const { name, version, views, rebuild } = kept.record;
    if (rebuild !== undefined) throw new ProjectionRebuildRunningError(name, version, rebuild.number);
    if (views.length === 0) throw new ProjectionRebuildImpossibleError(name, version);
    const number = ++kept.rebuilds;
    await this.parts.views.prepare(views.map((view) => ({ ...view, name: rebuildTable(view.name, number) })));
    kept.record = { ...kept.record, rebuild: { ...requester, number, at: this.parts.clock.now() } };
    this.record(kept, requester, 'rebuild', number);
  }

  private async cancel(kept: Kept, requester: ProjectionRequester): Promise<void> {
    const { rebuild, ...record } = kept.record;
    if (rebuild === undefined) throw new ProjectionRebuildNoneError(record.name, record.version);
    for (const { name } of record.views) this.parts.views.drop(rebuildTable(name, rebuild.number));
    await this.parts.checkpoints.reset(rebuildSubscriptionOf(record, rebuild.number), undefined);
    kept.record = record;
    kept.skips = kept.skips.filter((skip) => skip.rebuild !== rebuild.number);
    this.record(kept, requester, 'cancel', rebuild.number);
  }

  private record(
    { record: { name, version } }: Kept,
    requester: ProjectionRequester | undefined,
    action: ProjectionAction['action'],
    rebuild?: number,
  ): void {
    const { by = '', reason } = requester ?? {};
    this.actions.unshift({
      ...{ id: BigInt(this.actions.length + 1), name, version, action, by, at: this.parts.clock.now() },
      ...(reason === undefined ? {} : { reason }),
      ...(rebuild === undefined ? {} : { rebuild }),
    });
  }

  private known(key: ProjectionKey): Kept {
    const found = this.kept.get(subscriptionOf(key));
    if (found === undefined) throw new ProjectionUnknownError(`${key.name} v${key.version}`, [...this.kept.keys()]);
    return found;
  }
}
