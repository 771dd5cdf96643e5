import type { Unit } from '@minos/common';
import type { Outbox } from '@minos/messaging';
import type { CarriedSagas } from './carried-sagas.js';
import { LocalCommands, type LocalCommandsPorts } from './local-commands.js';
import { SagaEngine } from './saga-engine.js';
import type { SagaEnginePorts } from './saga-engine.ports.js';
import { SagaRunner } from './saga-runner.js';
import { resolveSagaRunnerOptions, type SagaRunnerOptions, type SagaRunnerPorts } from './saga-runner.options.js';
import { SagaStarts } from './saga-starts.js';

export interface EngineGround
  extends
    Omit<SagaEnginePorts, 'outbox' | 'check' | 'onDue' | 'onTimer'>,
    Pick<LocalCommandsPorts, 'execute'>,
    Pick<SagaRunnerPorts, 'onTrouble'> {
  readonly sagas: CarriedSagas;
  readonly outbox: Outbox;
  readonly runner?: SagaRunnerOptions;
}

/** What brings the sagas of a service on. */
export interface EngineParts {
  readonly engine: SagaEngine;
  readonly runner: SagaRunner;
  readonly starts: SagaStarts;
}

/** The engine with its runner, each of which hears of the other; nothing runs yet. */
export function engineParts({ sagas, execute, onTrouble, runner: options = {}, ...ground }: EngineGround): EngineParts {
  const { outbox, store, unitOfWork, clock } = ground;
  const engine: SagaEngine = new SagaEngine(sagas, {
    ...ground,
    check: (message) => void outbox.prepare({ tenant: '' } as Unit, message),
    onDue: (id) => runner.hint(id),
    onTimer: (at) => runner.expect(at),
  });
  const settings = resolveSagaRunnerOptions(options);
  const local = new LocalCommands(engine, { unitOfWork, execute, clock, deadlineMs: settings.localDeadline });
  const ports = { store, clock, ...(onTrouble === undefined ? {} : { onTrouble }) };
  const runner = new SagaRunner(engine, local, unitOfWork, ports, settings);
  return { engine, runner, starts: new SagaStarts(engine, { store }) };
}
