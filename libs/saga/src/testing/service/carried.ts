import { type MessageClass, messageMetadataOf, MessageRegistry } from '@minos/common';
import { planFaults } from '../../definition/plan-faults.js';
import { planHash } from '../../definition/plan-hash.js';
import { messagesOf } from '../../definition/plan-messages.js';
import { stepsOf } from '../../definition/plan.js';
import type { SagaDefinition } from '../../definition/saga-definition.js';
import { sagaMetadataOf } from '../../definition/saga.decorator.js';
import type { KnownSaga } from '../../engine/carried-sagas.js';
import { SagaPlansInvalidError } from '../../errors/saga.errors.js';

/** A definition as a test gives it: its class where that needs nothing, else an instance. */
export type GivenSaga<D extends SagaDefinition = SagaDefinition> = (new () => D) | D;

/** The definitions as a process has them. Throws `SAGA_PLANS_INVALID` as the start of an application would. */
export function carriedOf(given: readonly GivenSaga[], service: string): readonly KnownSaga[] {
  const sagas = given.map(instanceOf);
  const faults = sagas.flatMap((saga) => [
    ...(sagaMetadataOf(saga.constructor) === undefined ? [`${saga.constructor.name}: write @Saga('the.name', { version: 1 }) on it.`] : []),
    ...planFaults(saga.constructor.name, saga.plan, { service, handled: undefined }),
  ]);
  if (faults.length > 0) throw new SagaPlansInvalidError(faults);
  return sagas.map(({ constructor, plan }) => {
    const { name = '', version = 1 } = sagaMetadataOf(constructor) ?? {};
    return { name, version, plan, hash: planHash(plan), type: constructor as MessageClass<SagaDefinition> };
  });
}

/** The service whose commands the sagas run locally. */
export function serviceOf(given: readonly GivenSaga[]): string | undefined {
  const steps = given.flatMap((saga) => stepsOf(instanceOf(saga).plan.nodes));
  const local = steps.find(({ action }) => action === 'local')?.command;
  return local && messageMetadataOf(local)?.owner;
}

/** Knows all messages that the plans name. */
export function registryOf(sagas: readonly Pick<KnownSaga, 'plan'>[]): MessageRegistry {
  return new MessageRegistry().register(...sagas.flatMap(({ plan }) => messagesOf(plan)));
}

export function instanceOf(given: GivenSaga): SagaDefinition {
  return typeof given === 'function' ? new given() : given;
}
