import { AsyncLocalStorage } from 'node:async_hooks';
import type { Principal } from '../contracts/principal.js';
import { NotInRequestError } from './context.errors.js';

/** On whose behalf and because of what the code that runs now runs. */
export interface MinosContext {
  /** Empty where the service has no tenants. */
  readonly tenant: string;
  /** Shared by everything that one request or timer led to. */
  readonly correlationId?: string;
  /** Id of the message that led here. */
  readonly causationId?: string;
  readonly principal?: Principal;
  /** W3C trace context. */
  readonly traceparent?: string;
}

const NO_CONTEXT: MinosContext = Object.freeze({ tenant: '' });
const storage = new AsyncLocalStorage<MinosContext>();

/** Runs `work` with these fields laid over the surrounding context; what `work` awaits sees them too. */
export function runInContext<T>(context: Partial<MinosContext>, work: () => T): T {
  return storage.run(Object.freeze({ ...currentContext(), ...context }), work);
}

/**
 * Runs `work` in a context that does not know its principal yet: what verifies the request says who it is, by {@link identify}. Everything else of it is fixed,
 * and so is each context that `runInContext` lays over it.
 */
export function runInRequestContext<T>(context: Partial<MinosContext>, work: () => T): T {
  return storage.run({ ...currentContext(), ...context }, work);
}

/** Says on whose authority the request acts that runs now, for all that follows in it. Throws `NOT_IN_REQUEST` where no request runs, or something else runs inside it. */
export function identify(principal: Principal): void {
  const context = storage.getStore();
  if (context === undefined || Object.isFrozen(context)) throw new NotInRequestError();
  Object.assign(context, { principal, tenant: principal.tenant });
}

/** The context of the code that runs now; outside of any, one with the empty tenant and nothing else. */
export function currentContext(): MinosContext {
  return storage.getStore() ?? NO_CONTEXT;
}
