import {
  BootRow,
  type Clock,
  type ConsistencyMark,
  type Duration,
  HealthProbe,
  type HealthProbeResult,
  NotYetConsistentError,
  parseConsistencyToken,
  parseDuration,
} from '@minos/common';
import {
  comparePositions,
  type CheckpointStore,
  type EventFeed,
  type EventStore,
  type RecordedEvent,
  type StreamName,
} from '@minos/event-sourcing';
import type {
  ProjectionControl,
  ProjectionFailure,
  ProjectionRecord,
  ProjectionRequester,
  ProjectionVerb,
} from '../contracts/projection-control.js';
import type { ProjectionAction, ProjectionJournal } from '../contracts/projection-journal.js';
import { ProjectionUnknownError } from '../errors/projection.errors.js';
import { viewTables } from './projection-definition.js';
import { type BoundProjection, ProjectionRunner } from './projection-runner.js';
import { ProjectionSupervisor } from './projection-supervisor.js';
import { projectionStatus, type ProjectionStatus } from './projection-status.js';

export interface ProjectionsParts {
  readonly service: string;
  readonly clock: Clock;
  readonly store: EventStore;
  readonly feed: EventFeed;
  readonly checkpoints: CheckpointStore;
  readonly control: ProjectionControl;
  readonly journal: ProjectionJournal;
}

const LOOK_MS = 10;
const LONGEST_LOOK_MS = 100;
/** How far back a token is looked for: so many pages of so many events. */
const PAGE = 20;
const PAGES = 5;

/** The projections of one application. It is ready once each has been built: that is how a new version takes over. */
@HealthProbe('projections')
@BootRow('projections')
export class Projections implements HealthProbe, BootRow {
  private readonly runners = new Map<string, ProjectionRunner>();
  private readonly supervisor: ProjectionSupervisor;

  constructor(private readonly parts: ProjectionsParts) {
    this.supervisor = new ProjectionSupervisor(this.runners, parts.control, parts.clock);
  }

  /** Makes the projection known to all processes. */
  async add(bound: BoundProjection): Promise<void> {
    const { definition, types } = bound;
    const { name, version } = definition;
    await this.parts.control.register([{ name, version, types, views: viewTables(definition) }]);
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
   * Waits until the projection has handled what a consistency token tells of, and rejects with `NOT_YET_CONSISTENT` where it has not in time. Tokens of other
   * services, and events that do not concern it, are not waited for. Throws `PROJECTION_UNKNOWN`, `CONSISTENCY_TOKEN_INVALID`.
   */
  async atLeast(name: string, token: string | undefined, within: Duration = '2s'): Promise<void> {
    const projection = this.known(name);
    if (token === undefined) return;
    const mark = parseConsistencyToken(token);
    if (mark.service !== this.parts.service) return;
    const wanted = await this.concerning(projection, mark);
    if (wanted === undefined) return;
    const { clock } = this.parts;
    const deadline = clock.monotonic() + parseDuration(within);
    for (let pause = LOOK_MS; !(await this.hasHandled(projection, wanted)); pause = Math.min(pause * 1.5, LONGEST_LOOK_MS)) {
      if (clock.monotonic() >= deadline) throw new NotYetConsistentError(mark, wanted.version - 1);
      await clock.sleep(pause);
    }
  }

  bootLines(): readonly string[] {
    return [...this.runners.values()].map((runner) => runner.line());
  }

  /** Down until all views are served. What is paused is shown, and no reason to be down. */
  async check(): Promise<HealthProbeResult> {
    const statuses = await this.statuses();
    const details = Object.fromEntries(
      statuses.map(({ name, version, state, ready, lagEvents, rebuild }) => [
        name,
        { version, state, ready, lagEvents, ...(rebuild === undefined ? {} : { rebuild: { done: rebuild.done, total: rebuild.total } }) },
      ]),
    );
    return { status: statuses.every(({ ready }) => ready) ? 'up' : 'down', details };
  }

  private act(
    name: string,
    verb: ProjectionVerb,
    { by = this.parts.service, reason }: Partial<ProjectionRequester> = {},
  ): Promise<ProjectionRecord> {
    return this.supervisor.act(this.known(name), verb, reason === undefined ? { by } : { by, reason });
  }

  /**
   * The last event of the stream up to the mark that the projection handles. Looks back for a while only: where it finds none there, it waits for the mark itself.
   * Rejects with `NOT_YET_CONSISTENT` where the stream is not so far: a token is given out after the commit.
   */
  private async concerning({ bound: { types } }: ProjectionRunner, mark: ConsistencyMark): Promise<RecordedEvent | undefined> {
    const { stream, version } = mark;
    let marked: RecordedEvent | undefined;
    for (let page = 0, from = version; page < PAGES && from > 0; page++, from -= PAGE) {
      const events = await this.parts.store.read(stream as StreamName, { from, direction: 'backward', limit: PAGE });
      marked ??= events[0];
      if (marked?.version !== version) throw new NotYetConsistentError(mark, marked?.version ?? 0);
      const found = events.find(({ type }) => types.includes(type));
      if (found !== undefined || from <= PAGE) return found;
    }
    return marked;
  }

  private async hasHandled({ bound: { definition } }: ProjectionRunner, { position }: RecordedEvent): Promise<boolean> {
    const reached = await this.parts.checkpoints.load(definition.subscription);
    return reached !== undefined && comparePositions(reached, position) >= 0;
  }

  private known(name: string): ProjectionRunner {
    const found = this.runners.get(name);
    if (found === undefined) throw new ProjectionUnknownError(name, [...this.runners.keys()]);
    return found;
  }
}
