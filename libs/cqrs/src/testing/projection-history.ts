import type { JsonObject } from '@minos/common';
import { VirtualClock } from '@minos/common/testing';
import { createMemoryEventSourcing, type EventMetadata, type MemoryEventSourcing, type StreamName } from '@minos/event-sourcing';
import { MemoryViewStore } from '../memory/memory-view-store.js';
import type { ProjectionDefinition } from '../projection/projection-definition.js';
import { ProjectionHandler } from '../projection/projection-handler.js';
import { ProjectionResources } from '../projection/projection-resources.js';

/** Events of one stream, with who led to them and when they are recorded, in milliseconds since the epoch. */
export interface Happened {
  readonly stream: StreamName;
  readonly events: readonly object[];
  readonly metadata: EventMetadata;
  readonly at: number;
}

/** A projection and everything that has happened; `metadata` and `at` are those of what happens next. */
export interface ProjectionHistory {
  readonly definition: ProjectionDefinition;
  readonly instance: object;
  readonly tenant: string;
  readonly happened: readonly Happened[];
  readonly metadata: EventMetadata;
  readonly at: number;
}

/** Runs the projection over everything, so many events in one unit, and gives the rows of the table in the order of their keys. */
export async function replay(history: ProjectionHistory, table: string, batchSize: number): Promise<readonly JsonObject[]> {
  const store = new MemoryViewStore();
  const clock = new VirtualClock();
  const parts = createMemoryEventSourcing({ clock, writers: [store.writer] });
  parts.registry.register(...history.definition.methods.keys());
  for (const one of history.happened) {
    await clock.advance(Math.max(0, one.at - clock.now()));
    await record(one, history.tenant, parts);
  }
  await project(history, batchSize, { parts, store });
  const rows = await store.find(table, history.tenant, { limit: Number.MAX_SAFE_INTEGER });
  return rows.map(({ data }) => data);
}

async function record({ stream, events, metadata }: Happened, tenant: string, parts: MemoryEventSourcing): Promise<void> {
  const stored = events.map((event) => parts.serializer.serialize(event, metadata));
  await parts.unitOfWork.run(() => parts.store.append(stream, stored, { expectedVersion: 'any' }), { tenant });
}

async function project(
  { definition, instance }: ProjectionHistory,
  batchSize: number,
  { parts, store }: { readonly parts: MemoryEventSourcing; readonly store: MemoryViewStore },
): Promise<void> {
  const handler = new ProjectionHandler(
    { definition },
    instance as Readonly<Record<string | symbol, unknown>>,
    store,
    new ProjectionResources(),
  );
  const { events } = await parts.feed.read(parts.feed.beginning, { limit: Number.MAX_SAFE_INTEGER });
  const deliveries = events.map((recorded) => ({ recorded, messages: parts.serializer.deserialize(recorded) }));
  const { signal } = new AbortController();
  for (let from = 0; from < deliveries.length; from += batchSize) {
    const batch = deliveries.slice(from, from + batchSize);
    await parts.unitOfWork.run((unit) => handler.batch(batch, { subscription: definition.subscription, unit, attempt: 1, signal }));
  }
}
