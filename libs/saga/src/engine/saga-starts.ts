import type { UnitOfWork, Unit } from '@minos/common';
import type { SagaStore } from '../contracts/saga-store.js';
import type { EventStart } from '../definition/plan.js';
import type { KnownSaga } from './carried-sagas.js';
import { type SagaEngine, uuidOf } from './saga-engine.js';

export interface SagaStartsPorts {
  readonly store: Pick<SagaStore, 'findByKey' | 'load'>;
  readonly unitOfWork: UnitOfWork;
}

/** A message that begins an instance. */
export interface MessageStart {
  readonly saga: KnownSaga;
  readonly start: EventStart;
  readonly message: object;
  /** Names it for ever. */
  readonly messageId: string;
}

/** Begins instances because of a message, in the unit of its delivery. */
export class SagaStarts {
  constructor(
    private readonly engine: SagaEngine,
    private readonly ports: SagaStartsPorts,
  ) {}

  /** Of one message at the most one instance begins, and of one key. Resolves with its id, which is that of the first one where the key was there. */
  async begin(unit: Unit, { saga, start: { init, key: keyOf }, message, messageId }: MessageStart): Promise<string> {
    const key = keyOf?.(message as never);
    const known = key === undefined ? undefined : await this.ports.store.findByKey(saga.name, unit.tenant, key);
    if (known !== undefined) return known;
    const id = uuidOf(`${saga.name} ${messageId}`);
    // Seldom: the mark of the message is gone, or another consumer had it.
    if (unit.attempt > 1 && (await this.ports.store.load(id)) !== undefined) return id;
    this.engine.start(unit, { saga, state: init(message as never), id, ...(key === undefined ? {} : { key }), when: 'now' });
    return id;
  }
}
