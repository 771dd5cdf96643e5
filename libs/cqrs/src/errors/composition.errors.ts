import { MinosError } from '@minos/common';

export interface LatePart {
  /** Name of the composed query's class. */
  readonly query: string;
  readonly part: string;
  /** How long it had. */
  readonly milliseconds: number;
}

/** A part of a composed query did not answer in its time, or there was none left for it. */
export class CompositionPartLateError extends MinosError {
  readonly code = 'COMPOSITION_PART_LATE' as const;
  readonly retryable = true;

  constructor({ query, part, milliseconds }: LatePart, cause?: unknown) {
    const when =
      milliseconds > 0 ? `did not answer within ${Math.round(milliseconds)} ms` : 'was not asked, since the time of the whole was over';
    super(
      `Part '${part}' of ${query} ${when}. Ask again; if this goes on, look at the service that answers it, give the part or the whole more time ` +
        `(within), or let the answer go without it (otherwise: 'omit' or { default: … }).`,
      { cause, details: { query, part, milliseconds } },
    );
  }
}
