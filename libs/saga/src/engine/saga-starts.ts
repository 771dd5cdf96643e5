import type { Unit } from '@minos/common';
import type { SagaStore } from '../contracts/saga-store.js';
import type { EventStart } from '../definition/plan.js';
import type { KnownSaga } from './carried-sagas.js';
import type { SagaEngine } from './saga-engine.js';
import { keyedId, uuidOf } from './stable-id.js';

export interface SagaStartsPorts {
  readonly store: Pick<SagaStore, 'findByKey' | 'load'>;
}

/** A message that begins an instance. */
export interface MessageStart {
  readonly saga: KnownSaga;
  readonly start: EventStart;
  readonly message: object;
  /** Names it for ever. */
  readonly messageId: string;
}

const BEGUN = Symbol.for('@minos/saga/begun');

/** Begins instances because of a message, in the unit of its delivery. */
export class SagaStarts {
  constructor(
    private readonly engine: SagaEngine,
    private readonly ports: SagaStartsPorts,
  ) {}

  /** The same of an event: `undefined` where the plan says that it begins none. */
  async beginBy(unit: Unit, begun: MessageStart): Promise<string | undefined> {
    return begun.start.init(begun.message as never) === undefined ? undefined : this.begin(unit, begun);
  }

  /** Of one message at the most one instance begins, and of one key. Resolves with its id, which is that of the first one where the key was there. */
  async begin(unit: Unit, { saga, start: { init, key: keyOf }, message, messageId }: MessageStart): Promise<string> {
    const key = keyOf?.(message as never);
    const id = key === undefined ? uuidOf(`${saga.name} ${messageId}`) : keyedId(saga.name, unit.tenant, key);
    const begun = begunIn(unit);
    const known = begun.has(id) ? id : await this.known(unit, saga.name, { id, key });
    if (known !== undefined) return known;
    begun.add(id);
    this.engine.start(unit, { saga, state: init(message as never), id, ...(key === undefined ? {} : { key }), when: 'now' });
    return id;
  }

  /** Without a key only where the unit has run into something that is there already: the mark of a message is enough nearly always. */
  private async known(unit: Unit, name: string, { id, key }: { readonly id: string; readonly key: string | undefined }) {
    const { store } = this.ports;
    if (key !== undefined) return store.findByKey(name, unit.tenant, key);
    return unit.attempt > 1 ? (await store.load(id))?.instance.id : undefined;
  }
}

/** Those that the unit itself begins are not stored yet. */
function begunIn({ resources }: Unit): Set<string> {
  const begun = (resources.get(BEGUN) ?? new Set()) as Set<string>;
  resources.set(BEGUN, begun);
  return begun;
}
