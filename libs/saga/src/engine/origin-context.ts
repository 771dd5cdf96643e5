import { currentContext, type MinosContext, runInContext, type Unit } from '@minos/common';
import type { SagaOrigin } from '../contracts/saga-instance.js';

const NOTHING: Record<keyof Omit<MinosContext, 'tenant'>, undefined> = {
  correlationId: undefined,
  causationId: undefined,
  traceparent: undefined,
  principal: undefined,
};

/** Runs `work` as what began the instance ran; of what surrounds it, which may be the work of somebody else, nothing is seen. */
export function runAsOrigin<T>(origin: SagaOrigin, work: () => T): T {
  return runInContext({ ...NOTHING, ...origin }, work);
}

/** Of an instance that begins here and now. */
export function originOf({ tenant }: Unit): SagaOrigin {
  const { correlationId, causationId, traceparent, principal } = currentContext();
  return {
    tenant,
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(causationId === undefined ? {} : { causationId }),
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(principal === undefined ? {} : { principal }),
  };
}
