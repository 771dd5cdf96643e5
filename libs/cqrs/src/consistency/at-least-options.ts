import type { Duration } from '@minos/common';

/** How new the views are that a query reads. */
export interface AtLeastOptions {
  /** Consistency tokens of commands whose effects the answer must show. @default whatever the views have */
  readonly atLeast?: string | readonly (string | undefined)[] | undefined;
  /** How long a view may take to get there before the query ends with `NOT_YET_CONSISTENT`. @default '2s' */
  readonly within?: Duration;
}
