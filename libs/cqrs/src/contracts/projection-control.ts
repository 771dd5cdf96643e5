import type { FeedPosition } from '@minos/event-sourcing';
import type { ViewTable } from './view-store.js';

/** One version of one projection. */
export interface ProjectionKey {
  readonly name: string;
  readonly version: number;
}

/** Who asks for something, and why. */
export interface ProjectionRequester {
  readonly by: string;
  readonly reason?: string;
}

/** The same, with the time in milliseconds of the epoch. */
export interface ProjectionRequest extends ProjectionRequester {
  readonly at: number;
}

/** The event at which a projection stopped or that it skipped, and what its method threw. */
export interface ProjectionFailure {
  readonly position: FeedPosition;
  readonly eventId: string;
  readonly type: string;
  readonly stream: string;
  readonly streamVersion: number;
  readonly attempts: number;
  readonly error: { readonly code?: string; readonly message: string; readonly stack?: string };
  /** In milliseconds of the epoch. */
  readonly at: number;
}

/** A rebuild that is under way. */
export interface ProjectionRebuildRecord extends ProjectionRequest {
  /** Ascends with each rebuild of this version. */
  readonly number: number;
  readonly failure?: ProjectionFailure;
  /** Where and when the process that runs it took it over; rates are measured from there. */
  readonly measured?: { readonly from: FeedPosition; readonly at: number };
}

/** What a process says of a projection when it starts. */
export interface RegisteredProjection extends ProjectionKey {
  readonly views: readonly ViewTable[];
  /** Types of the events that concern it. */
  readonly types: readonly string[];
}

/** What all processes of the service know of a projection. */
export interface ProjectionRecord extends RegisteredProjection {
  readonly paused?: ProjectionRequest;
  /** Ascends with each resume: whoever stands at a failing event tries it again. */
  readonly resumes: number;
  /** Whether its views were once complete. */
  readonly built: boolean;
  readonly failure?: ProjectionFailure;
  readonly rebuild?: ProjectionRebuildRecord;
}

export type ProjectionVerb = 'pause' | 'resume' | 'rebuild' | 'cancel';

/** What becomes of a rebuild that has reached the end of the feed. */
export type SwapOutcome =
  /** What it built is served from now on. */
  | 'done'
  /** What is served has handled more; it is held for a few seconds so that the rebuild comes up to it. Try again soon. */
  | 'behind'
  /** Somebody reads the old rows for long. Try again later. */
  | 'busy'
  /** There is no such rebuild any more. */
  | 'gone';

/** Something that a process found out. */
export type ProjectionNote =
  | { readonly kind: 'failed'; readonly failure: ProjectionFailure; readonly rebuild?: number }
  | { readonly kind: 'built' }
  | { readonly kind: 'measured'; readonly rebuild: number; readonly from: FeedPosition };

/**
 * What operators want of projections, for all processes of the service and through restarts. Every method is one transaction and may be called by several processes
 * at once. What is asked for takes effect with the commit: a paused or cancelled runner commits nothing more, whether it has heard of it or not.
 */
export interface ProjectionControl {
  /** Makes versions known. Idempotent; changes nothing that was asked for. */
  register(projections: readonly RegisteredProjection[]): Promise<void>;
  /** Those that are known of the given ones. Cheap. */
  load(keys: readonly ProjectionKey[]): Promise<readonly ProjectionRecord[]>;
  /**
   * Carries out what was asked for, with a row for the audit. Pausing what is paused does nothing. `rebuild` makes the tables that are built beside those served; `cancel` removes
   * them. Rejects with `PROJECTION_UNKNOWN`, `PROJECTION_REBUILD_RUNNING`, `PROJECTION_REBUILD_NONE` and `PROJECTION_REBUILD_IMPOSSIBLE`.
   */
  act(key: ProjectionKey, verb: ProjectionVerb, requester: ProjectionRequester): Promise<ProjectionRecord>;
  note(key: ProjectionKey, note: ProjectionNote): Promise<void>;
  /** Serves what a rebuild has made and moves the checkpoint there, at once, unless that would take back what a consistency token was answered with. */
  swap(key: ProjectionKey, rebuild: number): Promise<SwapOutcome>;
}
