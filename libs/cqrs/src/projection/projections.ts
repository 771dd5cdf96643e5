import {
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
  type CheckpointStore,
  comparePositions,
  partsOfStream,
  type EventStore,
  type RecordedEvent,
  type StreamName,
  type Subscription,
  type SubscriptionState,
} from '@minos/event-sourcing';
import { ProjectionUnknownError } from '../errors/projection.errors.js';
import type { ProjectionDefinition } from './projection-definition.js';

/** How far a projection has come. */
export interface ProjectionStatus {
  readonly name: string;
  readonly version: number;
  readonly state: SubscriptionState;
  /** Whether it has once come close to the end of the feed since this process started: from then on its views are served. */
  readonly ready: boolean;
  /** Events behind it at the most. */
  readonly lagEvents: number;
  /** Age of the oldest event that waits. */
  readonly lagSeconds: number;
  /** Failed, or not moving although events wait. */
  readonly stalled: boolean;
  readonly error?: unknown;
  /** Where it stopped, if it failed. */
  readonly failedEvent?: RecordedEvent;
}

export interface ProjectionsParts {
  readonly service: string;
  readonly clock: Clock;
  readonly store: EventStore;
  readonly checkpoints: CheckpointStore;
}

interface Running {
  readonly definition: ProjectionDefinition;
  readonly types: readonly string[];
  readonly subscription: Subscription;
  ready: boolean;
}

/** So few events behind, a projection counts as built. */
const CLOSE = 100;
const LOOK_MS = 10;
const LONGEST_LOOK_MS = 100;
/** How far back a token is looked for: so many pages of so many events. */
const PAGE = 20;
const PAGES = 5;

/** The projections of one application. It is ready once each has been built: that is how a new version takes over. */
@HealthProbe('projections')
export class Projections implements HealthProbe {
  private readonly running = new Map<string, Running>();

  constructor(private readonly parts: ProjectionsParts) {}

  add(definition: ProjectionDefinition, types: readonly string[], subscription: Subscription): void {
    this.running.set(definition.name, { definition, types, subscription, ready: false });
  }

  statuses(): Promise<readonly ProjectionStatus[]> {
    return Promise.all([...this.running.values()].map((running) => this.statusOf(running)));
  }

  /** Tries the event again at which a projection failed. Throws `PROJECTION_UNKNOWN`. */
  resume(name: string): void {
    this.known(name).subscription.resume();
  }

  /**
   * Waits until the projection has handled what a consistency token tells of, and rejects with `NOT_YET_CONSISTENT` where it has not in time. Tokens of other
   * services, and events that do not concern it, are not waited for. Throws `PROJECTION_UNKNOWN`, `CONSISTENCY_TOKEN_INVALID`.
   */
  async atLeast(name: string, token: string | undefined, within: Duration = '2s'): Promise<void> {
    const projection = this.known(name);
    if (token === undefined) return;
    const mark = parseConsistencyToken(token);
    if (mark.service !== this.parts.service || !mayConcern(projection.definition, mark)) return;
    const wanted = await this.concerning(projection, mark);
    if (wanted === undefined) return;
    const { clock } = this.parts;
    const deadline = clock.monotonic() + parseDuration(within);
    for (let pause = LOOK_MS; !(await this.hasHandled(projection, wanted)); pause = Math.min(pause * 1.5, LONGEST_LOOK_MS)) {
      if (clock.monotonic() >= deadline) throw new NotYetConsistentError(mark, wanted.version - 1);
      await clock.sleep(pause);
    }
  }

  async check(): Promise<HealthProbeResult> {
    const statuses = await this.statuses();
    const details = Object.fromEntries(
      statuses.map(({ name, version, state, ready, lagEvents }) => [name, { version, state, ready, lagEvents }]),
    );
    return { status: statuses.every(({ ready }) => ready) ? 'up' : 'down', details };
  }

  private async statusOf(running: Running): Promise<ProjectionStatus> {
    const { name, version } = running.definition;
    const { state, position, lagEvents, lagSeconds, stalled, error, failedEvent } = await running.subscription.progress();
    const isClose = lagEvents === 0 || (position !== undefined && lagEvents <= CLOSE);
    if (isClose && state !== 'stopped' && state !== 'failed') running.ready = true;
    return {
      name,
      version,
      state,
      ready: running.ready,
      lagEvents,
      lagSeconds,
      stalled,
      ...(error === undefined ? {} : { error }),
      ...(failedEvent === undefined ? {} : { failedEvent }),
    };
  }

  /**
   * The last event of the stream up to the mark that the projection handles. Looks back for a while only: where it finds none there, it waits for the mark itself.
   * Rejects with `NOT_YET_CONSISTENT` where the stream is not so far: a token is given out after the commit.
   */
  private async concerning({ types }: Running, mark: ConsistencyMark): Promise<RecordedEvent | undefined> {
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

  private async hasHandled({ definition }: Running, { position }: RecordedEvent): Promise<boolean> {
    const reached = await this.parts.checkpoints.load(definition.subscription);
    return reached !== undefined && comparePositions(reached, position) >= 0;
  }

  private known(name: string): Running {
    const found = this.running.get(name);
    if (found === undefined) throw new ProjectionUnknownError(name, [...this.running.keys()]);
    return found;
  }
}

/** Whether the stream is one that the projection reads. */
function mayConcern({ category }: ProjectionDefinition, { stream }: ConsistencyMark): boolean {
  return category === undefined || partsOfStream(stream as StreamName).category === category;
}
