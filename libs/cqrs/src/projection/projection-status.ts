import type { Clock } from '@minos/common';
import type {
  CheckpointStore,
  EventFeed,
  FeedPosition,
  RecordedEvent,
  SubscriptionProgress,
  SubscriptionState,
} from '@minos/event-sourcing';
import type { ProjectionFailure, ProjectionRecord, ProjectionRequest } from '../contracts/projection-control.js';
import { rebuildSubscriptionOf } from './projection-names.js';
import type { ProjectionRunner } from './projection-runner.js';
import { type ProjectionRebuildStatus, rebuildStatus, unlessPassed } from './rebuild-progress.js';

/** How far a projection has come. */
export interface ProjectionStatus {
  readonly name: string;
  readonly version: number;
  /** `paused`: an operator wants it to stand, in all processes. */
  readonly state: SubscriptionState | 'paused';
  /** Whether its views are served: since this process started it has come close to the end of the feed, or passed what was the end then and is seconds behind; or it was complete when it was paused. */
  readonly ready: boolean;
  /** Events behind it at the most. */
  readonly lagEvents: number;
  /** Age of the oldest event that waits. */
  readonly lagSeconds: number;
  /** Failed, or not moving although events wait. What is paused is not stalled. */
  readonly stalled: boolean;
  readonly error?: unknown;
  /** Where it stopped, if it failed in this process. */
  readonly failedEvent?: RecordedEvent;
  /** Where it stands and why, whichever process found it out; missing once it has passed the event. */
  readonly failure?: ProjectionFailure;
  readonly paused?: ProjectionRequest;
  /** Missing where none is under way. */
  readonly rebuild?: ProjectionRebuildStatus;
}

/** So few events behind, a projection counts as built. */
const CLOSE = 100;
/** Or so many seconds, once it has passed what was the end: under a steady load it may never come closer. */
const FRESH_SECONDS = 30;

export interface StatusParts {
  readonly checkpoints: CheckpointStore;
  readonly clock: Clock;
}

/** Of one projection, by what this process knows and by its record. Notes in the runner that it was built. */
export async function projectionStatus(
  runner: ProjectionRunner,
  record: ProjectionRecord | undefined,
  parts: StatusParts,
): Promise<ProjectionStatus> {
  const { name, version } = runner.bound.definition;
  const progress = await runner.bound.subscription.progress();
  if (!runner.ready && runner.bound.source.isKnown()) {
    runner.goal ??= (await runner.bound.source.feed.horizon()).latest;
    runner.ready = isBuilt(progress, runner.goal);
  }
  const { lagEvents, lagSeconds, error, failedEvent } = progress;
  const isPaused = record?.paused !== undefined;
  return {
    ...{ name, version, lagEvents, lagSeconds, state: isPaused ? 'paused' : progress.state },
    ready: isReady(runner, record),
    stalled: progress.stalled && !isPaused,
    ...present({ error, failedEvent, paused: record?.paused, failure: unlessPassed(record?.failure, progress.position) }),
    ...present({ rebuild: await rebuildOf(record, runner.bound.source.feed, parts) }),
  };
}

/** While it is paused, or nobody tells how far the feed goes, what was complete is served. */
function isReady({ ready, bound }: ProjectionRunner, record: ProjectionRecord | undefined): boolean {
  const isStanding = record?.paused !== undefined || !bound.source.isKnown();
  return ready || (isStanding && record?.built === true);
}

/** Close to the end by its events; or by its age, past what was the end when this process first looked. */
function isBuilt({ state, lagEvents, lagSeconds, position }: SubscriptionProgress, goal: FeedPosition): boolean {
  const isRunning = state !== 'stopped' && state !== 'failed';
  if (lagEvents === 0) return isRunning;
  if (position === undefined) return false;
  return isRunning && (lagEvents <= CLOSE || (BigInt(position) >= BigInt(goal) && lagSeconds <= FRESH_SECONDS));
}

async function rebuildOf(
  record: ProjectionRecord | undefined,
  feed: EventFeed,
  { checkpoints, clock }: StatusParts,
): Promise<ProjectionRebuildStatus | undefined> {
  if (record?.rebuild === undefined) return undefined;
  const reached = await checkpoints.load(rebuildSubscriptionOf(record, record.rebuild.number));
  const { latest } = await feed.horizon();
  return rebuildStatus(record.rebuild, { reached, latest, now: clock.now() });
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without what is missing. */
function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}
