import { MinosError } from '@minos/common';

/** Projections that cannot be what their decorators say. */
export class ProjectionsInvalidError extends MinosError {
  readonly code = 'PROJECTIONS_INVALID' as const;
  readonly retryable = false;

  constructor(faults: readonly string[]) {
    super(`The projections of this service do not fit:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`, { details: { faults } });
  }
}

/** There is no projection of this name. */
export class ProjectionUnknownError extends MinosError {
  readonly code = 'PROJECTION_UNKNOWN' as const;
  readonly retryable = false;

  constructor(name: string, known: readonly string[]) {
    super(`This service has no projection "${name}". It has: ${known.join(', ') || 'none'}.`, { details: { name, known } });
  }
}

/** There are projections, and nothing to keep their views in. */
export class ProjectionStorageMissingError extends MinosError {
  readonly code = 'PROJECTION_STORAGE_MISSING' as const;
  readonly retryable = false;

  constructor(projections: readonly string[]) {
    super(
      `${projections.join(', ')}: projections need the events and the storage of the service. Import MinosModule.forRoot({ service: '…' }) of @minos/nest.`,
      { details: { projections } },
    );
  }
}
