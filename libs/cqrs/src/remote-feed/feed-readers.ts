import { Rejection } from '@minos/common';
import type { MessageContext } from '@minos/messaging/contracts';

const MOST_TYPES = 1_000;

/** Which services may read the feed of this one. */
export class FeedReaders {
  /** `readers` missing: all services whose messages are believed, who may read the published events too. */
  constructor(
    private readonly service: string,
    private readonly readers?: readonly string[],
  ) {}

  /** Throws the rejection `FEED_READ_REFUSED`. A query of this process itself has no envelope. */
  demand(context: MessageContext | undefined): void {
    const source = context?.envelope?.source ?? this.service;
    if (this.readers === undefined || source === this.service || this.readers.includes(source)) return;
    throw new Rejection(
      'FEED_READ_REFUSED',
      `${source} may not read the feed of ${this.service}. Name it there: MinosModule.forRoot({ cqrs: { feedReaders: ['${source}'] } }).`,
    );
  }
}

/** Throws the rejection `FEED_READ_INVALID`: another service may be of another release, or not what it says. */
export function demandSound<Q>(query: Q, rules: readonly (readonly [is: (query: Q) => boolean, otherwise: string])[]): void {
  const faults = rules.flatMap(([is, otherwise]) => (is(query) ? [] : [otherwise]));
  if (faults.length > 0) throw new Rejection('FEED_READ_INVALID', `A feed cannot be read so: ${faults.join('; ')}.`);
}

export const TYPES_RULE = [
  ({ types }: { readonly types: readonly string[] }) => isListOfNames(types),
  `types is no list of 1 to ${MOST_TYPES} names of events`,
] as const;

function isListOfNames(given: unknown): boolean {
  return Array.isArray(given) && given.length > 0 && given.length <= MOST_TYPES && given.every((type) => typeof type === 'string');
}
