import { AsyncLocalStorage } from 'node:async_hooks';
import type { Principal } from '../contracts/principal.js';

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

/** The context of the code that runs now; outside of any, one with the empty tenant and nothing else. */
export function currentContext(): MinosContext {
  return storage.getStore() ?? NO_CONTEXT;
}
