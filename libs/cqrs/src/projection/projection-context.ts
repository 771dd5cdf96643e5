import type { RecordedEvent } from '@minos/event-sourcing';
import type { Unit } from '@minos/common';
import type { RowClass } from '../view/view.decorator.js';

/** Changes rows of one view with the unit of the event. */
export interface ViewWriter<T extends object> {
  /** Makes the row, or puts another in its place. */
  upsert(row: T): void;
  /** Changes some fields of a row; does nothing where there is none. */
  patch(key: string, fields: Partial<T>): void;
  /** Does nothing where there is none. */
  remove(key: string): void;
  /** The row as the events so far left it. */
  get(key: string): Promise<T | undefined>;
}

/** What a projection's method gets beside the event. */
export interface ProjectionContext {
  /** As it is stored: stream, version, position, tenant, time, metadata. */
  readonly recorded: RecordedEvent;
  /** Commits rows and checkpoint together; with `sqlOf(context)` or `entityManagerOf(context)` SQL of one's own commits with them, too. */
  readonly unit: Unit;
  /** Whether rows are made anew beside those that are served: SQL of one's own has run for this event before. */
  readonly rebuilding: boolean;
  /** Of a view that the projection names. Throws `VIEW_UNKNOWN` for another one. */
  readonly view: <T extends object>(type: RowClass<T>) => ViewWriter<T>;
}
