import type { FeedPosition } from '@minos/event-sourcing';
import type { ProjectionFailure, ProjectionRebuildRecord, ProjectionRequest } from '../contracts/projection-control.js';

/** How far a rebuild has come. Numbers are positions of the feed, of which at the most so many are events. */
export interface ProjectionRebuildStatus extends ProjectionRequest {
  readonly number: number;
  readonly done: number;
  readonly total: number;
  /** Since the process that runs it took it over; missing before it has moved. */
  readonly perSecond?: number;
  /** At this rate. */
  readonly secondsLeft?: number;
  /** Where it stopped. */
  readonly failure?: ProjectionFailure;
}

export interface RebuildPlace {
  readonly reached: FeedPosition | undefined;
  readonly latest: FeedPosition;
  /** In milliseconds of the epoch. */
  readonly now: number;
}

export function rebuildStatus(record: ProjectionRebuildRecord, { reached, latest, now }: RebuildPlace): ProjectionRebuildStatus {
  const { number, by, reason, at, measured } = record;
  const [done, total] = [Number(reached ?? 0), Number(latest)];
  const failure = unlessPassed(record.failure, reached);
  const seconds = measured === undefined ? 0 : (now - measured.at) / 1000;
  const perSecond = measured === undefined || seconds <= 0 ? 0 : (done - Number(measured.from)) / seconds;
  return {
    ...{ number, by, at, done, total: Math.max(done, total) },
    ...(reason === undefined ? {} : { reason }),
    ...(perSecond > 0 && failure === undefined ? { perSecond, secondsLeft: Math.max(0, total - done) / perSecond } : {}),
    ...(failure === undefined ? {} : { failure }),
  };
}

/** A failure counts for as long as the projection stands before the event. */
export function unlessPassed(failure: ProjectionFailure | undefined, reached: FeedPosition | undefined): ProjectionFailure | undefined {
  return failure !== undefined && BigInt(reached ?? 0) < BigInt(failure.position) ? failure : undefined;
}
