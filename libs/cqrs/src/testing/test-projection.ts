import { AssertionError } from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { type AggregateClass, aggregateDefinition, type EventMetadata, streamName } from '@minos/event-sourcing';
import { ProjectionsInvalidError } from '../errors/projection.errors.js';
import { ViewUnknownError } from '../errors/view.errors.js';
import { projectionDefinition } from '../projection/projection-definition.js';
import type { RowClass } from '../view/view.decorator.js';
import { type ProjectionHistory, replay } from './projection-history.js';

type ProjectionClass = new (...parts: never[]) => object;

export interface TestProjectionOptions<P> {
  /** The projection, where its constructor takes anything. @default `new` without arguments */
  readonly instance?: P;
  /** @default '' */
  readonly tenant?: string;
}

/**
 * Tests a projection by what has happened and the rows that come of it: `await testProjection(OrderList).given(Order, '1', new OrderPlaced(…))
 * .thenRows(OrderRow, [{ … }])`. Checks the decorators as at boot, and that the rows do not depend on how events come together in batches.
 */
export function testProjection<P extends ProjectionClass>(
  type: P,
  options: TestProjectionOptions<InstanceType<P>> = {},
): ProjectionScenario {
  const faults: string[] = [];
  const definition = projectionDefinition(type, faults);
  if (definition === undefined) faults.push(`${type.name} has no @Projection('…', { version: 1 }).`);
  if (definition === undefined || faults.length > 0) throw new ProjectionsInvalidError(faults);
  const { instance = new (type as unknown as new () => object)(), tenant = '' } = options;
  return new ProjectionScenario({ definition, instance, tenant, happened: [], metadata: {}, at: Date.UTC(2026, 0, 1) });
}

/** What has happened so far. Each method gives another scenario and leaves this one as it is. */
export class ProjectionScenario {
  constructor(private readonly state: ProjectionHistory) {}

  /** Events of one aggregate, oldest first, behind those that were given before. */
  given(type: AggregateClass, id: string, ...events: readonly object[]): ProjectionScenario {
    const { happened, metadata, at } = this.state;
    const stream = streamName(aggregateDefinition(type).name, id);
    return new ProjectionScenario({ ...this.state, happened: [...happened, { stream, events, metadata, at }] });
  }

  /** Who and what leads to the events given from here on. */
  by(metadata: EventMetadata): ProjectionScenario {
    return new ProjectionScenario({ ...this.state, metadata });
  }

  /** When the events given from here on are recorded; no earlier than those before. */
  at(time: Date | string): ProjectionScenario {
    return new ProjectionScenario({ ...this.state, at: new Date(time).getTime() });
  }

  /** The view has exactly these rows, in the order of their keys. */
  async thenRows<T extends object>(type: RowClass<T>, rows: readonly T[]): Promise<void> {
    expectSame(`The rows of ${type.name} are not the expected ones.`, await this.rows(type), rows);
  }

  /** The row of this key is this; `undefined` where there shall be none. */
  async thenRow<T extends object>(type: RowClass<T>, key: string, row: T | undefined): Promise<void> {
    const { key: field } = this.view(type);
    const found = (await this.rows(type)).find((one) => (one as Readonly<Record<string, unknown>>)[field] === key);
    expectSame(`The row ${JSON.stringify(key)} of ${type.name} is not the expected one.`, found, row);
  }

  /** The rows of the view, in the order of their keys. Rejects with what a method of the projection throws. */
  async rows<T extends object>(type: RowClass<T>): Promise<readonly T[]> {
    const { table } = this.view(type);
    const [together, alone] = [await replay(this.state, table, Number.MAX_SAFE_INTEGER), await replay(this.state, table, 1)];
    expectSame(`${type.name} depends on how many events come in one batch: all together, and one by one.`, together, alone);
    return together as readonly unknown[] as readonly T[];
  }

  private view(type: RowClass): { readonly table: string; readonly key: string } {
    const view = this.state.definition.views.find((one) => one.type === type);
    if (view === undefined) throw new ViewUnknownError(type.name);
    return view;
  }
}

function expectSame(message: string, actual: unknown, wanted: unknown): void {
  // Rows are JSON: what they were made of does not show.
  const expected: unknown = wanted === undefined ? undefined : JSON.parse(JSON.stringify(wanted));
  if (isDeepStrictEqual(actual, expected)) return;
  const error = new AssertionError({ message, actual, expected });
  error.operator = 'deepStrictEqual';
  throw error;
}
