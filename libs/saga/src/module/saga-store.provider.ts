import { CLOCK, type Clock, MemoryCommitter, SystemClock, UNIT_COMMITTER, type UnitCommitter } from '@minos/common';
import type { InjectionToken, OptionalFactoryDependency, Provider } from '@nestjs/common';
import type { SagaStore } from '../contracts/saga-store.js';
import { MemorySagaStore } from '../memory/memory-saga-store.js';
import { SAGA_STORE } from './tokens.js';

const optional = (token: InjectionToken): OptionalFactoryDependency => ({ token, optional: true });

/** Chooses by what is there: a database, or a committer in memory. */
export const SAGA_STORE_PROVIDER: Provider = {
  provide: SAGA_STORE,
  useFactory: (committer?: UnitCommitter, clock?: Clock): SagaStore | undefined =>
    committer instanceof MemoryCommitter ? new MemorySagaStore(clock ?? new SystemClock(), committer) : undefined,
  inject: [UNIT_COMMITTER, CLOCK].map(optional),
};
