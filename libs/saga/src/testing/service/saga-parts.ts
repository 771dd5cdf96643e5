import { Outbox } from '@minos/messaging';
import { Sagas } from '../../api/sagas.js';
import { CarriedSagas, type KnownSaga } from '../../engine/carried-sagas.js';
import { type EngineGround, type EngineParts, engineParts } from '../../engine/engine-parts.js';

export interface ServiceGround extends Omit<EngineGround, 'sagas' | 'outbox'> {
  readonly sagas: readonly KnownSaga[];
  /** Hears of messages that have committed. @default nobody */
  readonly onStored?: (slot: number) => void;
}

/** The engine of a service as its module makes it, without a container. */
export interface ServiceParts extends EngineParts {
  readonly sagas: Sagas;
  readonly outbox: Outbox;
}

export function serviceParts({ sagas, onStored, ...ground }: ServiceGround): ServiceParts {
  const { service, store, unitOfWork, clock } = ground;
  const outbox = new Outbox({ source: service, clock, ...(onStored === undefined ? {} : { onStored }) });
  const parts = engineParts({ ...ground, sagas: new CarriedSagas(() => sagas), outbox });
  return { ...parts, sagas: new Sagas({ engine: parts.engine, store, unitOfWork }), outbox };
}
