import type { Clock, MessageRegistry, UnitOfWork } from '@minos/common';
import { Outbox } from '@minos/messaging';
import { Sagas } from '../../api/sagas.js';
import type { SagaStore } from '../../contracts/saga-store.js';
import { CarriedSagas, type KnownSaga } from '../../engine/carried-sagas.js';
import { LocalCommands } from '../../engine/local-commands.js';
import { SagaEngine } from '../../engine/saga-engine.js';
import type { SagaEnginePorts } from '../../engine/saga-engine.ports.js';
import { SagaRunner } from '../../engine/saga-runner.js';
import type { SagaRunnerOptions, SagaRunnerPorts } from '../../engine/saga-runner.options.js';
import { SagaStarts } from '../../engine/saga-starts.js';

export interface EngineGround extends Pick<SagaEnginePorts, 'newId' | 'onUnapplied'>, Pick<SagaRunnerPorts, 'onTrouble'> {
  readonly service: string;
  readonly sagas: readonly KnownSaga[];
  readonly store: SagaStore;
  readonly unitOfWork: UnitOfWork;
  readonly registry: MessageRegistry;
  readonly clock: Clock;
  /** Hears of messages that have committed. @default nobody */
  readonly onStored?: (slot: number) => void;
  /** Runs a command of this service in the open unit. */
  readonly execute: (command: object) => Promise<unknown>;
  readonly runner?: SagaRunnerOptions;
}

/** The engine of a service as its module makes it, without a container. */
export interface EngineParts {
  readonly engine: SagaEngine;
  readonly runner: SagaRunner;
  readonly starts: SagaStarts;
  readonly sagas: Sagas;
  readonly outbox: Outbox;
}

export function engineParts(ground: EngineGround): EngineParts {
  const { service, store, unitOfWork, registry, clock, newId, onStored, onUnapplied, onTrouble } = ground;
  const outbox = new Outbox({ source: service, clock, ...(onStored === undefined ? {} : { onStored }) });
  const engine: SagaEngine = new SagaEngine(new CarriedSagas(() => ground.sagas), {
    ...{ service, store, unitOfWork, outbox, registry, clock, newId },
    onDue: (id) => runner.hint(id),
    onTimer: (at) => runner.expect(at),
    ...(onUnapplied === undefined ? {} : { onUnapplied }),
  });
  const local = new LocalCommands(engine, { unitOfWork, execute: ground.execute });
  const ports = { store, clock, ...(onTrouble === undefined ? {} : { onTrouble }) };
  const runner = new SagaRunner(engine, local, unitOfWork, ports, ground.runner);
  const starts = new SagaStarts(engine, { store });
  return { engine, runner, starts, sagas: new Sagas({ engine, store, unitOfWork }), outbox };
}
