import { MinosError } from '../errors/minos-error.js';

/** Why a payload was refused. */
export type PayloadRefusal =
  | 'payload.size'
  | 'payload.depth'
  | 'payload.encoding'
  | 'payload.syntax'
  | 'payload.prototype-key'
  | 'payload.nul'
  | 'payload.surrogate'
  | 'payload.unsafe-integer'
  | 'payload.not-finite'
  | 'payload.not-json'
  | 'payload.schema';

export interface PayloadFault {
  readonly reason: PayloadRefusal;
  /** Where: `lines[0].quantity`; empty for the payload as a whole. */
  readonly path: string;
  /** What was found there and what to do instead, as the end of a sentence. */
  readonly found: string;
}

/** A message that may not be stored or sent, or data that may not come in. Nothing of it was kept. */
export class PayloadRefusedError extends MinosError {
  readonly code = 'PAYLOAD_REFUSED' as const;
  readonly retryable = false;
  readonly reason: PayloadRefusal;
  readonly path: string;

  constructor(
    fault: PayloadFault,
    options: { readonly message?: string; readonly issues?: readonly PayloadIssue[]; readonly cause?: unknown } = {},
  ) {
    const { reason, path, found } = fault;
    const whose = options.message === undefined ? 'the payload' : `the payload of "${options.message}"`;
    super(`${path === '' ? capital(whose) : `"${path}" in ${whose}`} ${found}`, {
      cause: options.cause,
      details: { reason, path, ...(options.message && { message: options.message }), ...(options.issues && { issues: options.issues }) },
    });
    this.reason = reason;
    this.path = path;
  }
}

/** One thing that a schema found wrong. */
export interface PayloadIssue {
  readonly path: string;
  readonly message: string;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
