import { MinosError } from '@minos/common';

/** A view that cannot be what its decorator says. */
export class ViewInvalidError extends MinosError {
  readonly code = 'VIEW_INVALID' as const;
  readonly retryable = false;

  constructor(view: string, fault: string) {
    super(`@View on ${view}: ${fault}.`, { details: { view } });
  }
}

/** No projection of the application makes this view. */
export class ViewUnknownError extends MinosError {
  readonly code = 'VIEW_UNKNOWN' as const;
  readonly retryable = false;

  constructor(view: string) {
    super(
      `No projection makes rows of ${view}: name it in @Projection('…', { version, views: [${view}] }) on a class among the providers, and only in one.`,
      { details: { view } },
    );
  }
}

/** The table of a view was made by another projection, or by this one under another name. */
export class ViewTakenError extends MinosError {
  readonly code = 'VIEW_TAKEN' as const;
  readonly retryable = false;

  constructor(table: string, owner: string, wanted: string) {
    super(
      `The table minos_views.${table} belongs to ${owner}, and ${wanted} would take its rows for its own. Raise the version of the projection, ` +
        'give the view another name, or drop the table if it is not needed any more.',
      { details: { table, owner, wanted } },
    );
  }
}

/** A query of a view that cannot be meant. */
export class ViewQueryInvalidError extends MinosError {
  readonly code = 'VIEW_QUERY_INVALID' as const;
  readonly retryable = false;

  constructor(field: string, fault: string) {
    super(`The query of the view does not fit: ${field} ${fault}.`, { details: { field } });
  }
}

/** Tables of views are missing, and the role of the service may not make them. */
export class ViewTablesMissingError extends MinosError {
  readonly code = 'VIEW_TABLES_MISSING' as const;
  readonly retryable = false;

  constructor(tables: readonly string[], cause: Error) {
    super(
      `The role of the service may not make or change what its views need in the schema minos_views (${cause.message}): ${tables.join(', ')}. Make them beforehand with a role that may: ` +
        '"npx minos projections sql --from <compiled projection file> --grant <role of the service>" prints the statements, with --apply it runs them.',
      { cause, details: { tables } },
    );
  }
}
