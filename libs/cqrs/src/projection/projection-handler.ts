import type { JsonObject, MessageClass, Unit } from '@minos/common';
import type { Delivery, DeliveryContext, RecordedEvent } from '@minos/event-sourcing';
import type { ViewStore } from '../contracts/view-store.js';
import { ViewQueryInvalidError, ViewUnknownError } from '../errors/view.errors.js';
import { ViewBuffer } from '../view/view-buffer.js';
import type { RowClass } from '../view/view.decorator.js';
import type { ProjectionContext, ViewWriter } from './projection-context.js';
import type { ProjectedView, ProjectionDefinition } from './projection-definition.js';
import type { ProjectionResources } from './projection-resources.js';

type Method = (event: object, context: ProjectionContext) => unknown;

/** Calls the methods of a projection with the events of a batch, and hands what they said of rows to the unit. */
export class ProjectionHandler {
  private readonly views: ReadonlyMap<RowClass, ProjectedView>;

  constructor(
    private readonly run: { readonly definition: ProjectionDefinition; readonly rebuilding?: boolean },
    private readonly instance: Readonly<Record<string | symbol, unknown>>,
    private readonly store: ViewStore,
    private readonly resources: ProjectionResources,
  ) {
    this.views = new Map(run.definition.views.map((view) => [view.type, view]));
  }

  async batch(deliveries: readonly Delivery[], { unit, signal }: DeliveryContext): Promise<void> {
    const buffer = new ViewBuffer(this.store);
    this.resources.putInto(unit);
    for (const { recorded, messages } of deliveries) {
      for (const message of messages) {
        signal.throwIfAborted();
        const handled = this.one(message as object, recorded, unit, buffer);
        // Most methods only say what becomes of rows: waiting for nothing would cost each event a turn of the queue.
        if (handled !== undefined) await (handled as PromiseLike<unknown>);
      }
    }
    buffer.enlist(unit);
  }

  private one(event: object, recorded: RecordedEvent, unit: Unit, buffer: ViewBuffer): unknown {
    const method = this.run.definition.methods.get(event.constructor as unknown as MessageClass);
    if (method === undefined) return undefined;
    const view = <T extends object>(type: RowClass<T>): ViewWriter<T> => this.writer(type, recorded.tenant, buffer);
    return (this.instance[method] as Method).call(this.instance, event, { recorded, unit, view, rebuilding: this.run.rebuilding ?? false });
  }

  private writer<T extends object>(type: RowClass<T>, tenant: string, buffer: ViewBuffer): ViewWriter<T> {
    const view = this.views.get(type);
    if (view === undefined) throw new ViewUnknownError(type.name);
    const { table, key: field } = view;
    return {
      upsert: (row) => buffer.put(table, tenant, keyOf(row, field), row as JsonObject),
      patch: (key, fields) => buffer.patch(table, tenant, key, withoutKey(fields as JsonObject, field, key)),
      remove: (key) => buffer.remove(table, tenant, key),
      get: async (key) => (await buffer.get(table, tenant, key)) as T | undefined,
    };
  }
}

/** The key of a row is what it was made with. */
function withoutKey(fields: JsonObject, field: string, key: string): JsonObject {
  const { [field]: given, ...rest } = fields;
  if (given === undefined || given === key) return rest;
  throw new ViewQueryInvalidError(
    field,
    `is the key of the row ${JSON.stringify(key)}, which cannot become another; remove the row and make a new one`,
  );
}

function keyOf(row: object, field: string): string {
  const key = (row as Readonly<Record<string, unknown>>)[field];
  if (typeof key === 'string' && key !== '') return key;
  throw new ViewQueryInvalidError(field, `is the key of the row, and is ${JSON.stringify(key)}; give it a text`);
}
