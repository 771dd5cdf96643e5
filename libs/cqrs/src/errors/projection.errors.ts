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

/** A projection gets the events of another service, and this application reaches none. */
export class ProjectionSourceMissingError extends MinosError {
  readonly code = 'PROJECTION_SOURCE_MISSING' as const;
  readonly retryable = false;

  constructor(name: string, from: string | undefined) {
    super(
      `@Projection('${name}', { from: '${from ?? ''}' }) reads the events of another service, and this application has no messaging. ` +
        `Take "messaging: false" out of its features, or leave "from" out.`,
      { details: { name, from: from ?? '' } },
    );
  }
}

/** A version of a projection is being rebuilt already. */
export class ProjectionRebuildRunningError extends MinosError {
  readonly code = 'PROJECTION_REBUILD_RUNNING' as const;
  readonly retryable = false;

  constructor(name: string, version: number, rebuild: number) {
    super(
      `Rebuild ${rebuild} of the projection "${name}" v${version} is under way. Wait for it, or cancel it first: "npx minos projections cancel --projection ${name}".`,
      { details: { name, version, rebuild } },
    );
  }
}

/** There is no rebuild to cancel. */
export class ProjectionRebuildNoneError extends MinosError {
  readonly code = 'PROJECTION_REBUILD_NONE' as const;
  readonly retryable = false;

  constructor(name: string, version: number) {
    super(`No rebuild of the projection "${name}" v${version} is under way: it has ended, or was cancelled.`, {
      details: { name, version },
    });
  }
}

/** A projection whose rows are not kept in views cannot be built beside them. */
export class ProjectionRebuildImpossibleError extends MinosError {
  readonly code = 'PROJECTION_REBUILD_IMPOSSIBLE' as const;
  readonly retryable = false;

  constructor(name: string, version: number) {
    super(
      `The projection "${name}" v${version} names no views in @Projection, or tables of its own too, so there is nothing that could be built beside what is served. Raise its version and write to other tables.`,
      { details: { name, version } },
    );
  }
}

/** A projection writes with SQL of its own, and the service has no database. */
export class ProjectionDatabaseMissingError extends MinosError {
  readonly code = 'PROJECTION_DATABASE_MISSING' as const;
  readonly retryable = false;

  constructor(asked: string) {
    super(
      `${asked}: the service keeps its data in memory, where there is no SQL. Give MinosModule.forRoot({ storage: 'postgres' }), in a test ` +
        "createTestingApp(module, { storage: 'postgres', database: { url } }), or write rows with context.view(…), which works in memory too.",
      { details: { asked } },
    );
  }
}

/** A table that a projection writes itself is not there, or holds rows that this version did not make. */
export class ProjectionTableUnfitError extends MinosError {
  readonly code = 'PROJECTION_TABLE_UNFIT' as const;
  readonly retryable = false;

  static missing(projection: string, table: string): ProjectionTableUnfitError {
    return new ProjectionTableUnfitError(
      `The projection "${projection}" writes to the table ${table}, which is not in the database. Run the migration that makes it before the service starts, or correct its ` +
        `name in @Projection('${projection}', { tables }).`,
      { details: { projection, table } },
    );
  }

  static filled(projection: string, table: string): ProjectionTableUnfitError {
    return new ProjectionTableUnfitError(
      `The table ${table} has rows already, and the projection "${projection}" has not begun in this version: it begins with the first event, and would count on from what ` +
        `others left. Give each version a table of its own, such as ${table}_v2, or empty it first: truncate ${table}.`,
      { details: { projection, table } },
    );
  }
}
