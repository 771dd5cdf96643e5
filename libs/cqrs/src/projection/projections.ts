import {
  BootRow,
  type Clock,
  type ConsistencyMark,
  consistencyMarks,
  type Duration,
  HealthProbe,
  type HealthProbeResult,
  NotYetConsistentError,
  parseDuration,
} from '@minos/common';
import { Logger } from '@nestjs/common';
import { type CheckpointStore, partsOfStream, type StreamName } from '@minos/event-sourcing';
import type {
  ProjectionControl,
  ProjectionFailure,
  ProjectionRecord,
  ProjectionRequester,
  ProjectionVerb,
} from '../contracts/projection-control.js';
import type { ProjectionAction, ProjectionJournal } from '../contracts/projection-journal.js';
import { ProjectionUnknownError } from '../errors/projection.errors.js';
import { CheckpointWatch } from './checkpoint-watch.js';
import { type ProjectionDefinition, viewTables } from './projection-definition.js';
import { type BoundProjection, ProjectionRunner } from './projection-runner.js';
import { ProjectionSupervisor } from './projection-supervisor.js';
import { projectionStatus, type ProjectionStatus } from './projection-status.js';

export interface ProjectionsParts {
  readonly service: string;
  readonly clock: Clock;
  readonly checkpoints: CheckpointStore;
  readonly control: ProjectionControl;
  readonly journal: ProjectionJournal;
}

/** The projections of one application. It is ready once each has been built: that is how a new version takes over. */
@HealthProbe('projections')
@BootRow('projections')
export class Projections implements HealthProbe, BootRow {
  private readonly runners = new Map<string, ProjectionRunner>();
  private readonly logger = new Logger('Projections');
  private readonly watches = new Map<string, CheckpointWatch>();
  private readonly supervisor: ProjectionSupervisor;

  constructor(private readonly parts: ProjectionsParts) {
    this.supervisor = new ProjectionSupervisor(this.runners, parts.control, parts.clock, (error) =>
      this.logger.warn(
        `What is wanted of the projections cannot be done now, and is tried again: ${error instanceof Error ? error.message : String(error)}`,
      ),
    );
  }

  /** Makes the projection known to all processes. */
  async add(bound: BoundProjection): Promise<void> {
    const { definition, types } = bound;
    const { name, version } = definition;
    // Rows in tables of its own cannot be built beside those that are served.
    const views = definition.tables.length > 0 ? [] : viewTables(definition);
    await this.parts.control.register([{ name, version, types, views }]);
    const [record] = await this.parts.control.load([definition]);
    this.runners.set(name, new ProjectionRunner(bound, this.parts, record));
  }

  /** Begins to follow what operators ask for. */
  start(): void {
    if (this.runners.size > 0) this.supervisor.start();
  }

  /** Ends that, and rebuilds that run here. Idempotent. */
  close(): Promise<void> {
    return this.supervisor.close();
  }

  async statuses(): Promise<readonly ProjectionStatus[]> {
    const runners = [...this.runners.values()];
    if (runners.length === 0) return [];
    const records = await this.parts.control.load(runners.map(({ bound }) => bound.definition));
    return Promise.all(
      runners.map((runner) =>
        projectionStatus(
          runner,
          records.find(({ name }) => name === runner.bound.definition.name),
          this.parts,
        ),
      ),
    );
  }

  /**
   * Stops the projection in all processes, until {@link resume}, through restarts. A unit that commits meanwhile is waited for; nothing commits once this resolves.
   * Its views are served as they are. Rejects with `PROJECTION_UNKNOWN`, as everything here does for names that this service does not have.
   */
  async pause(name: string, requester?: Partial<ProjectionRequester>): Promise<void> {
    await this.act(name, 'pause', requester);
  }

  /** Ends a pause. Where the projection, or a rebuild of it, has failed, the event is tried again, in every process. */
  async resume(name: string, requester?: Partial<ProjectionRequester>): Promise<void> {
    await this.act(name, 'resume', requester);
  }

  /**
   * Makes the rows of this version anew, from the first event on, beside those that are served until all is there; then they are replaced at once. Resolves with the number of the
   * rebuild when it has begun; any process of the service carries it out, and another one goes on where it is killed. A failure leaves what is served alone.
   * Rejects with `PROJECTION_REBUILD_RUNNING`, `PROJECTION_REBUILD_IMPOSSIBLE`, `VIEW_TABLES_MISSING`.
   */
  async rebuild(name: string, requester?: Partial<ProjectionRequester>): Promise<number> {
    const { rebuild } = await this.act(name, 'rebuild', requester);
    return rebuild?.number ?? 0;
  }

  /** Gives a rebuild up; what is served stays. Rejects with `PROJECTION_REBUILD_NONE`. */
  async cancelRebuild(name: string, requester?: Partial<ProjectionRequester>): Promise<void> {
    await this.act(name, 'cancel', requester);
  }

  /** What was asked for, the newest first. */
  audit(name: string, limit = 50): Promise<readonly ProjectionAction[]> {
    return this.parts.journal.audit(this.known(name).bound.definition, limit);
  }

  /** Events that the served rows lack, because `onFailure: 'skip'` passed them; the newest first. */
  skipped(name: string, limit = 50): Promise<readonly ProjectionFailure[]> {
    return this.parts.journal.skips(this.known(name).bound.definition, limit);
  }

  /**
   * Waits until the projection has handled what a consistency token tells of, and rejects with `NOT_YET_CONSISTENT` where it has not in time. Tokens of
   * services whose events it does not get, and events that do not concern it, are not waited for. Throws `PROJECTION_UNKNOWN`, `CONSISTENCY_TOKEN_INVALID`.
   */
  async atLeast(name: string, token: string | undefined, within: Duration = '2s'): Promise<void> {
    const projection = this.known(name);
    if (token === undefined) return;
    const deadline = this.parts.clock.monotonic() + parseDuration(within);
    for (const mark of consistencyMarks(token)) {
      if (mark.service === projection.bound.source.service) await this.atLeastMark(projection, mark, deadline);
    }
  }

  bootLines(): readonly string[] {
    return [...this.runners.values()].map((runner) => runner.line());
  }

  /** Down until all views are served, but for those on events of a service that has not answered yet. What is paused is shown, and no reason to be down. */
  async check(): Promise<HealthProbeResult> {
    const statuses = await this.statuses();
    const details = Object.fromEntries(
      statuses.map(({ name, version, state, ready, lagEvents, rebuild }) => [
        name,
        { version, state, ready, lagEvents, ...(rebuild === undefined ? {} : { rebuild: { done: rebuild.done, total: rebuild.total } }) },
      ]),
    );
    // A service that does not answer keeps nobody else from being ready.
    const isServed = ({ name, ready }: ProjectionStatus): boolean => ready || !this.known(name).bound.source.isKnown();
    return { status: statuses.every(isServed) ? 'up' : 'down', details };
  }

  private act(
    name: string,
    verb: ProjectionVerb,
    { by = this.parts.service, reason }: Partial<ProjectionRequester> = {},
  ): Promise<ProjectionRecord> {
    return this.supervisor.act(this.known(name), verb, reason === undefined ? { by } : { by, reason });
  }

  private async atLeastMark(
    { bound: { definition, source, types } }: ProjectionRunner,
    mark: ConsistencyMark,
    deadline: number,
  ): Promise<void> {
    if (!mayConcern(definition, mark)) return;
    const left = deadline - this.parts.clock.monotonic();
    if (left <= 0) throw new NotYetConsistentError(mark, mark.version - 1);
    const wanted = await source.locate(mark, types, left);
    if (wanted === undefined) return;
    if (!(await this.watchOf(definition.subscription).reached(wanted, deadline))) throw new NotYetConsistentError(mark, mark.version - 1);
  }

  private watchOf(subscription: string): CheckpointWatch {
    const { checkpoints, clock } = this.parts;
    const watch = this.watches.get(subscription) ?? new CheckpointWatch(subscription, checkpoints, clock);
    this.watches.set(subscription, watch);
    return watch;
  }

  private known(name: string): ProjectionRunner {
    const found = this.runners.get(name);
    if (found === undefined) throw new ProjectionUnknownError(name, [...this.runners.keys()]);
    return found;
  }
}

/** Whether the stream is one that the projection reads. */
function mayConcern({ category }: ProjectionDefinition, { stream }: ConsistencyMark): boolean {
  return category === undefined || partsOfStream(stream as StreamName).category === category;
}
