/** The stages of the chain that a try of a handler goes through, from the outside in. */
export const CHAIN_ORDER = ['context', 'tracing', 'logging', 'metrics', 'authorisation', 'validation', 'own middleware'] as const;

/** All that stands around a handler, from the outside in: the engine, the chain, Nest. */
export const HANDLER_ORDER = [
  'retry',
  'unit',
  'idempotency',
  ...CHAIN_ORDER,
  'Nest guards',
  'Nest interceptors',
  'Nest pipes',
  'handler',
] as const;

export type ChainStage = (typeof CHAIN_ORDER)[number];
