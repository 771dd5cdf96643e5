import {
  type Clock,
  consistencyMarks,
  type Duration,
  isRejection,
  joinConsistencyTokens,
  NotYetConsistentError,
  parseDuration,
} from '@minos/common';
import { remainingBudget } from '@minos/messaging';
import type { MessageContext } from '@minos/messaging/contracts';
import type { Projections } from '../projection/projections.js';
import type { AtLeastOptions } from './at-least-options.js';
import { runInConsistencyScope } from './consistency-scope.js';

/** CloudEvents extensions of a query over the broker. */
const AT_LEAST = 'atleast';
const WITHIN = 'atleastwithin';
const DEFAULT_WITHIN: Duration = '2s';
/** What another service may ask this one to wait for a view, in milliseconds. */
const LONGEST_MS = 10_000;
const NOT_YET = 'NOT_YET_CONSISTENT' satisfies NotYetConsistentError['code'];

/** Lets queries say how new the views must be that they read, here and at other services. */
export class ReadConsistency {
  constructor(
    private readonly projections: Projections,
    private readonly clock: Clock,
  ) {}

  /** Views that are read in `work` wait until they are so new. Throws `CONSISTENCY_TOKEN_INVALID`. */
  read<T>(options: AtLeastOptions, work: () => T): T {
    const token = tokenOf(options);
    if (token === undefined) return work();
    consistencyMarks(token);
    const { within = DEFAULT_WITHIN } = options;
    return runInConsistencyScope({ atLeast: token, within }, (projection) => this.projections.atLeast(projection, token, within), work);
  }

  /** The same as the query that came over the broker says. */
  async readAs(message: Pick<MessageContext, 'envelope' | 'stored'>, work: () => Promise<unknown>): Promise<unknown> {
    const { extensions } = message.envelope;
    const token = extensions?.[AT_LEAST];
    if (token === undefined) return work();
    const wanted = Number(extensions?.[WITHIN]);
    const within = Number.isSafeInteger(wanted) && wanted >= 0 ? wanted : parseDuration(DEFAULT_WITHIN);
    // Who asks does not wait longer than the request lasts; and one that may wait for ever would hold a place that others need.
    const left = Math.max(0, remainingBudget(message, this.clock) ?? LONGEST_MS);
    return this.read({ atLeast: token, within: Math.min(within, left, LONGEST_MS) }, work);
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
