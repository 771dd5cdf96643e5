import type { Unit } from '@minos/common';
import type { ProjectionFailure, ProjectionKey, ProjectionRequest, ProjectionVerb } from './projection-control.js';

/** What was asked for, or became of a rebuild. */
export interface ProjectionAction extends ProjectionKey, ProjectionRequest {
  readonly id: bigint;
  readonly action: ProjectionVerb | 'rebuilt';
  /** The rebuild that it is about. */
  readonly rebuild?: number;
}

/** What happened to projections, the newest first. */
export interface ProjectionJournal {
  /** Enlists the record of an event that is passed without effect; commits with the checkpoint that passes it. `rebuild` is 0 for what is served. */
  skip(unit: Unit, key: ProjectionKey, rebuild: number, failure: ProjectionFailure): Promise<void>;
  /** Events that the served rows lack. */
  skips(key: ProjectionKey, limit: number): Promise<readonly ProjectionFailure[]>;
  audit(filter: Partial<ProjectionKey>, limit: number): Promise<readonly ProjectionAction[]>;
}
