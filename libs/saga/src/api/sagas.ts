import { type MessageClass, type UnitOfWork, uuidv7 } from '@minos/common';
import type { StateOf } from '../definition/saga-builder.types.js';
import type { SagaDefinition } from '../definition/saga-definition.js';
import { sagaMetadataOf } from '../definition/saga.decorator.js';
import type { SagaStore } from '../contracts/saga-store.js';
import type { KnownSaga } from '../engine/carried-sagas.js';
import type { SagaEngine } from '../engine/saga-engine.js';
import { keyedId } from '../engine/stable-id.js';
import { SagaUnknownError } from '../errors/saga.errors.js';

export interface StartSagaOptions {
  /** Business key: a second start of the saga with this key, in this tenant, is none. @default none */
  readonly key?: string;
  /** Its age among those who wait for resources: of one that begins again in place of an earlier one, when that started. @default now */
  readonly since?: Date;
}

export interface SagasPorts {
  readonly engine: SagaEngine;
  readonly store: SagaStore;
  readonly unitOfWork: UnitOfWork;
}

/** Begins sagas. */
export class Sagas {
  /** Without ports nothing can be started: `SAGA_UNKNOWN`. */
  constructor(private readonly ports?: SagasPorts) {}

  /**
   * Begins an instance with the open unit, or with one of its own: it exists when that has committed, and its first command leaves with the same unit, or, where there is a key, right after it. Resolves with its id; with a
   * key always with the same one for the same key, so that starting again, also at the same time, has no effect. Rejects with `SAGA_UNKNOWN` and `PAYLOAD_REFUSED`.
   */
  async start<D extends SagaDefinition>(
    definition: MessageClass<D>,
    state: StateOf<D>,
    { key, since }: StartSagaOptions = {},
  ): Promise<string> {
    const { ports } = this;
    if (ports === undefined) throw new SagaUnknownError(definition.name, []);
    const { engine, unitOfWork } = ports;
    const saga = known(engine, definition);
    return unitOfWork.run((unit) => {
      const id = key === undefined ? uuidv7() : keyedId(saga.name, unit.tenant, key);
      const age = since === undefined ? {} : { since: since.getTime() };
      // Without a key it is there once for certain, so its first commands can leave with the unit.
      engine.start(unit, { saga, state, id, ...age, ...(key === undefined ? { when: 'now' } : { key, when: 'later' }) });
      return id;
    });
  }
}

function known({ sagas }: SagaEngine, definition: MessageClass<SagaDefinition>): KnownSaga {
  const saga = sagas.ofType(definition);
  if (saga !== undefined) return saga;
  throw new SagaUnknownError(
    definition.name,
    sagas.all.map(({ type }) => `${type.name} (${sagaMetadataOf(type)?.name})`),
  );
}
