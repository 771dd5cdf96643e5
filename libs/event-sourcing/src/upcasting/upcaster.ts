import type { JsonObject, RecordedEvent } from '../contracts/event-store.js';

/** A shape that events were once stored in. */
export interface EventShape {
  readonly type: string;
  readonly version: number;
}

/** One step of the chain: turns events of one shape into events of later ones. Pure; called on every load, so it must answer the same each time. */
export interface Upcaster {
  readonly from: EventShape;
  /** What may come out; empty for events that are dropped. */
  readonly to: readonly EventShape[];
  /** Data per shape of `to`; `undefined` leaves that part out. */
  readonly convert: (data: JsonObject, event: RecordedEvent) => readonly (JsonObject | undefined)[];
}

type Convert = (data: JsonObject, event: RecordedEvent) => JsonObject;

/** What can become of events of one shape. */
export interface UpcastFrom {
  /** Another version of the same event, or, with another type, a rename. Without `convert` the data stays as it is. */
  to(type: string, version: number, convert?: Convert): Upcaster;
  /** Several events in this order, each `type: version`; leave a part out by not answering it. */
  into<S extends Readonly<Record<string, number>>>(
    shapes: S,
    split: (data: JsonObject, event: RecordedEvent) => { readonly [K in keyof S]?: JsonObject },
  ): Upcaster;
  /** Nothing: the event no longer means anything. */
  drop(): Upcaster;
  /** Says that no event was ever stored in this shape; meeting one is an error (`UNKNOWN_EVENT`). */
  neverStored(): Upcaster;
}

/**
 * Starts an upcaster: `upcast('order.placed', 1).to('order.placed', 2, (data) => ({ ...data, total: 0 }))`. Position, version, id and metadata of what
 * comes out are those of the stored event.
 */
export function upcast(type: string, version: number): UpcastFrom {
  const from = { type, version };
  return {
    to: (toType, toVersion, convert = (data) => data) => ({
      from,
      to: [{ type: toType, version: toVersion }],
      convert: (data, event) => [convert(data, event)],
    }),
    into: (shapes, split) => {
      const to = Object.entries(shapes).map(([partType, partVersion]) => ({ type: partType, version: partVersion }));
      return { from, to, convert: (data, event) => partsInOrder(split(data, event), to) };
    },
    drop: () => ({ from, to: [], convert: () => [] }),
    neverStored: () => ({ from, to: [from], convert: (data) => [data] }),
  };
}

function partsInOrder(parts: Readonly<Record<string, JsonObject | undefined>>, to: readonly EventShape[]): (JsonObject | undefined)[] {
  return to.map(({ type }) => parts[type]);
}
