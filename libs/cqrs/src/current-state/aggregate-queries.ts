import type { Duration } from '@minos/common';
import type { AggregateRoot } from '@minos/event-sourcing';
import type { Type } from '@nestjs/common';
import type { Projections } from '../projection/projections.js';
import type { Condition } from '../view/conditions.js';
import type { FindOptions, Page, ViewReader } from '../view/views.js';
import type { AggregateRow } from './aggregate-row.js';
import { queryableProjection } from './queryable-definition.js';

/** How new the answer has to be. */
export interface Consistency {
  /** A consistency token: the answer knows what it tells of, or `NOT_YET_CONSISTENT`. @default what is there */
  readonly atLeast?: string | undefined;
  /** How long to wait for it. @default '2s' */
  readonly within?: Duration;
}

export type AggregateFindOptions<A extends AggregateRoot> = Omit<FindOptions<AggregateRow<A>>, 'where' | 'afterKey'> & Consistency;

/**
 * Finds aggregates of one class by their current state, of the tenant of the surrounding context. Rows follow the events by a moment; deleted aggregates are not found.
 * Rejects with `NOT_YET_CONSISTENT` and `CONSISTENCY_TOKEN_INVALID` where `atLeast` is given, and with what a {@link ViewReader} does.
 */
export class AggregateQueries<A extends AggregateRoot> {
  /** Name of the projection that keeps the rows, for `Projections`. */
  readonly projection: string;

  constructor(
    type: Type<A>,
    private readonly rows: ViewReader<AggregateRow<A>>,
    private readonly projections: Projections,
  ) {
    this.projection = queryableProjection(type);
  }

  async get(id: string, consistency?: Consistency): Promise<AggregateRow<A> | undefined> {
    await this.wait(consistency);
    return this.rows.get(id);
  }

  /** A page costs the same wherever it is. */
  async find(where?: Condition<AggregateRow<A>>, options: AggregateFindOptions<A> = {}): Promise<Page<AggregateRow<A>>> {
    const { atLeast, within, ...rest } = options;
    await this.wait({ atLeast, ...(within === undefined ? {} : { within }) });
    return this.rows.find({ ...rest, ...(where === undefined ? {} : { where }) });
  }

  async count(where?: Condition<AggregateRow<A>>, consistency?: Consistency): Promise<number> {
    await this.wait(consistency);
    return this.rows.count(where);
  }

  private async wait({ atLeast, within }: Consistency = {}): Promise<void> {
    if (atLeast !== undefined) await this.projections.atLeast(this.projection, atLeast, within);
  }
}
