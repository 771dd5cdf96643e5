import { MinosError } from '@minos/common';

/** A client got a pattern that says no destination. */
export class PatternInvalidError extends MinosError {
  readonly code = 'PATTERN_INVALID' as const;
  readonly retryable = false;

  constructor(pattern: unknown, fault: string) {
    super(`The pattern ${shown(pattern)} ${fault}`, { details: { fault } });
  }
}

/** A client was made without what it sends with. */
export class ClientUnboundError extends MinosError {
  readonly code = 'CLIENT_UNBOUND' as const;
  readonly retryable = false;

  constructor(missing: 'module' | 'requests') {
    super(
      missing === 'module'
        ? 'This MinosClientProxy has nothing to send with yet. Import MinosMicroservicesModule.forRoot() beside ClientsModule, and use the client ' +
            'after the modules have initialised; one that is made by hand takes its ports as second argument.'
        : 'This MinosClientProxy cannot ask: the application has no Requests, so no reply could come. Use emit(), or provide Requests of @minos/messaging.',
      { details: { missing } },
    );
  }
}

/** For people, and short: patterns may be anything. */
export function shown(pattern: unknown): string {
  const text = typeof pattern === 'string' ? `'${pattern}'` : (JSON.stringify(pattern) ?? String(pattern));
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
