/** Injection tokens of the ports that libraries share. `Symbol.for`, so that two builds of the package mean the same thing. */
export const UNIT_OF_WORK = Symbol.for('@minos/unit-of-work');
export const UNIT_COMMITTER = Symbol.for('@minos/unit-committer');
export const CLOCK = Symbol.for('@minos/clock');
export const CRASH_POINTS = Symbol.for('@minos/crash-points');
export const LEASES = Symbol.for('@minos/leases');
export const IDEMPOTENCY_STORE = Symbol.for('@minos/idempotency-store');
export const MESSAGE_REGISTRY = Symbol.for('@minos/message-registry');
export const SERVICE_NAME = Symbol.for('@minos/service-name');
/** `MessageProofs`, or `undefined`: what messages are sealed and believed with where no keys are configured for it. */
export const MESSAGE_PROOFS = Symbol.for('@minos/message-proofs');
/** `TokenVerifier`, or `undefined` where no authentication is configured. */
export const TOKEN_VERIFIER = Symbol.for('@minos/token-verifier');
