import { randomUUID } from 'node:crypto';
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import type { PostgresEventStore } from '@event-driven-io/emmett-postgresql';
import { EVENT_DATA, EVENT_TYPE } from './sample-event.js';

interface EmmettEvent {
  readonly type: typeof EVENT_TYPE;
  readonly data: typeof EVENT_DATA;
}

/** The reference among event stores for Node, set up as its documentation says. */
export class Emmett {
  private constructor(private readonly store: PostgresEventStore) {}

  static async open(url: string): Promise<Emmett> {
    const store = getPostgreSQLEventStore(url, { schema: { autoMigration: 'None' } });
    await store.schema.migrate();
    return new Emmett(store);
  }

  /** Appends so many events to a stream of its own. */
  async append(count: number, stream: string = `order-${randomUUID()}`): Promise<void> {
    await this.store.appendToStream<EmmettEvent>(stream, events(count));
  }

  /** Loads a stream and folds it. */
  async load(stream: string): Promise<number> {
    const { state } = await this.store.aggregateStream<{ total: number }, EmmettEvent>(stream, {
      initialState: () => ({ total: 0 }),
      evolve: (current: { total: number }, event: EmmettEvent) => ({ total: current.total + event.data.total }),
    });
    return state.total;
  }

  async close(): Promise<void> {
    await this.store.close();
  }
}

function events(count: number): EmmettEvent[] {
  return Array.from({ length: count }, () => ({ type: EVENT_TYPE, data: EVENT_DATA }));
}
