import { consistencyMarks, type Duration, isRejection, joinConsistencyTokens, NotYetConsistentError, parseDuration } from '@minos/common';
import type { MessageContext } from '@minos/messaging/contracts';
import type { Projections } from '../projection/projections.js';
import { runInConsistencyScope } from './consistency-scope.js';

/** How new the views are that a query reads. */
export interface AtLeastOptions {
  /** Consistency tokens of commands whose effects the answer must show. @default whatever the views have */
  readonly atLeast?: string | readonly (string | undefined)[] | undefined;
  /** How long a view may take to get there before the query ends with `NOT_YET_CONSISTENT`. @default '2s' */
  readonly within?: Duration;
}

/** CloudEvents extensions of a query over the broker. */
const AT_LEAST = 'atleast';
const WITHIN = 'atleastwithin';
const DEFAULT_WITHIN: Duration = '2s';
const NOT_YET = 'NOT_YET_CONSISTENT' satisfies NotYetConsistentError['code'];

/** Lets queries say how new the views must be that they read, here and at other services. */
export class ReadConsistency {
  constructor(private readonly projections: Projections) {}

  /** Views that are read in `work` wait until they are so new. Throws `CONSISTENCY_TOKEN_INVALID`. */
  read<T>(options: AtLeastOptions, work: () => T): T {
    const token = tokenOf(options);
    if (token === undefined) return work();
    consistencyMarks(token);
    const { within = DEFAULT_WITHIN } = options;
    return runInConsistencyScope((projection) => this.projections.atLeast(projection, token, within), work);
  }

  /** The same as the query that came over the broker says. */
  async readAs({ envelope: { extensions } }: Pick<MessageContext, 'envelope'>, work: () => Promise<unknown>): Promise<unknown> {
    const token = extensions?.[AT_LEAST];
    if (token === undefined) return work();
    const within = Number(extensions?.[WITHIN]);
    return this.read({ atLeast: token, ...(Number.isSafeInteger(within) && within >= 0 ? { within } : {}) }, work);
  }
}

/** How the wish travels to the service that owns the query. Throws `CONSISTENCY_TOKEN_INVALID`. */
export function consistencyExtensions(options: AtLeastOptions): Readonly<Record<string, string>> | undefined {
  const token = tokenOf(options);
  if (token === undefined) return undefined;
  consistencyMarks(token);
  return { [AT_LEAST]: token, [WITHIN]: String(parseDuration(options.within ?? DEFAULT_WITHIN)) };
}

/** The error itself where it was answered over the broker, which knows rejections only. */
export function asNotYetConsistent(error: unknown): unknown {
  if (!isRejection(error) || error.code !== NOT_YET) return error;
  const { stream, version, atLeast } = error.details;
  return new NotYetConsistentError({ service: '', stream: String(stream), version: Number(atLeast) }, Number(version));
}

function tokenOf({ atLeast }: AtLeastOptions): string | undefined {
  return joinConsistencyTokens(typeof atLeast === 'string' ? [atLeast] : (atLeast ?? []));
}
