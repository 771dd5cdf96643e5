import { copyJson, DEFAULT_PAYLOAD_LIMITS } from '@minos/common';
import type { SagaInstance, SagaOrigin } from '../contracts/saga-instance.js';
import type { KnownSaga } from './carried-sagas.js';

export interface StartRequest {
  readonly saga: KnownSaga;
  readonly state: unknown;
  /** UUID of the instance. */
  readonly id: string;
  readonly key?: string;
  readonly parent?: SagaInstance['parent'];
  /** Its age, in milliseconds since the epoch. @default now */
  readonly since?: number;
}

/** An instance before its first turn. Throws `PAYLOAD_REFUSED` where its state is not JSON. */
export function firstInstance({ saga, state, id, key, parent, since }: StartRequest, origin: SagaOrigin, now: number): SagaInstance {
  return {
    id,
    name: saga.name,
    version: saga.version,
    hash: saga.hash,
    ...(key === undefined ? {} : { key }),
    revision: 0,
    phase: 'running',
    startedAt: now,
    state: copyJson(state, DEFAULT_PAYLOAD_LIMITS, { message: `the state of ${saga.name}` }),
    steps: {},
    choices: {},
    outcomes: 0,
    entries: 0,
    origin: { ...origin, since: since ?? origin.since ?? now },
    ...(parent === undefined ? {} : { parent }),
  };
}
