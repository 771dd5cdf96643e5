import {
  CLOCK,
  type Clock,
  MESSAGE_REGISTRY,
  type MessageRegistry,
  SERVICE_NAME,
  SystemClock,
  UNIT_OF_WORK,
  type UnitOfWork,
  uuidv7,
} from '@minos/common';
import { CommandBus } from '@minos/cqrs';
import { Outbox } from '@minos/messaging';
import { short } from '@minos/postgres';
import { Logger, type InjectionToken, type OptionalFactoryDependency, type Provider } from '@nestjs/common';
import { Sagas } from '../api/sagas.js';
import { SagaOperations } from '../operations/saga-operations.js';
import type { SagaStore } from '../contracts/saga-store.js';
import { CarriedSagas } from '../engine/carried-sagas.js';
import { type EngineParts, engineParts } from '../engine/engine-parts.js';
import { CommandStarts } from './command-starts.js';
import { parkedMessage, retriedMessage } from '../health/saga-messages.js';
import { SagaTally } from '../health/saga-tally.js';
import { knownSagas } from './known-sagas.js';
import { SagaExplorer } from './saga.explorer.js';
import { resolveSagaModuleOptions, type SagaModuleOptions } from './saga-module.options.js';
import { SAGA_OPTIONS, SAGA_STORE } from './tokens.js';

/** What sagas of an application run with; missing where they could not run. */
export interface SagaParts extends EngineParts {
  readonly store: SagaStore;
  readonly tally: SagaTally;
  readonly unitOfWork: UnitOfWork;
  readonly registry: MessageRegistry;
}

export const SAGA_PARTS = Symbol.for('@minos/saga/parts');

const optional = (token: InjectionToken): OptionalFactoryDependency => ({ token, optional: true });

type Given = [
  explorer: SagaExplorer,
  commands: CommandBus,
  store: SagaStore | undefined,
  service: string | undefined,
  unitOfWork: UnitOfWork | undefined,
  outbox: Outbox | undefined,
  registry: MessageRegistry | undefined,
  clock: Clock | undefined,
  options: SagaModuleOptions | undefined,
];

function makeParts(
  ...[explorer, commands, store, service, unitOfWork, outbox, registry, clock = new SystemClock(), options]: Given
): SagaParts | undefined {
  if (store === undefined || service === undefined || unitOfWork === undefined || outbox === undefined || registry === undefined)
    return undefined;
  const logger = new Logger('Sagas');
  const tally = new SagaTally(() => parts.engine.now);
  const parts: EngineParts = engineParts({
    ...{ service, store, unitOfWork, outbox, registry, clock, newId: uuidv7 },
    runner: resolveSagaModuleOptions(options).runner,
    sagas: new CarriedSagas(() => knownSagas(explorer.explore())),
    execute: (command) => commands.execute(command as never),
    onChanged: (change) => {
      tally.changed(change);
      const message = parkedMessage(change) ?? retriedMessage(change);
      if (message !== undefined) logger.warn(message);
    },
    onUnapplied: ({ sagaId, request, command, why }) =>
      logger.warn(`An answer to ${short(command) || 'nothing'} (${short(request)}) for the saga ${sagaId} was not applied: ${why}.`),
    onTrouble: (id, error) =>
      logger.warn(`${id === undefined ? 'Looking for what is due' : `The saga ${id}`} failed and is tried again: ${String(error)}`),
  });
  return { ...parts, store, tally, unitOfWork, registry };
}

/** A request commits on its own: it is carried out elsewhere, and waited for. */
function makeOperations(parts?: SagaParts, clock: Clock = new SystemClock()): SagaOperations {
  if (parts === undefined) return new SagaOperations();
  const { engine, runner, store, unitOfWork } = parts;
  return new SagaOperations({
    ...{ store, clock },
    preview: (id, request) => engine.preview(id, request),
    carried: () => engine.sagas.all,
    ask: (mail) =>
      unitOfWork.run(
        (unit) => {
          unit.enlist(mail);
          unit.onCommitted(() => runner.hint(mail.sagaId));
        },
        { mode: 'new' },
      ),
  });
}

export const SAGA_PROVIDERS: Provider[] = [
  SagaExplorer,
  CommandStarts,
  {
    provide: SAGA_PARTS,
    useFactory: makeParts,
    inject: [
      SagaExplorer,
      CommandBus,
      ...[SAGA_STORE, SERVICE_NAME, UNIT_OF_WORK, Outbox, MESSAGE_REGISTRY, CLOCK, SAGA_OPTIONS].map(optional),
    ],
  },
  { provide: Sagas, useFactory: (parts?: SagaParts) => new Sagas(parts), inject: [optional(SAGA_PARTS)] },
  { provide: SagaOperations, useFactory: makeOperations, inject: [SAGA_PARTS, CLOCK].map(optional) },
];
