import type { Rejection } from '@minos/common';

/** `duplicate`: it was handled before; `failed`: it cannot be handled now; nothing was stored in either case. */
export type RunOutcome =
  | { readonly kind: 'handled'; readonly attempts: number }
  | { readonly kind: 'rejected'; readonly attempts: number; readonly rejection: Rejection }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'failed'; readonly error: unknown; readonly attempts: number };
