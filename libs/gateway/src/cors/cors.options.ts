import { type Duration, option, OptionField, type OptionOutcome } from '@minos/common';

/** Which pages of other origins may use what is here. */
export interface CorsOptions {
  /** Such as `https://shop.example`; `*` for any, which then cannot have credentials. @default none */
  readonly origins?: readonly string[];
  /** @default GET, HEAD, POST, PUT, PATCH, DELETE */
  readonly methods?: readonly string[];
  /** Request headers. @default Authorization, Content-Type, Idempotency-Key, Minos-Consistency, Prefer, X-Correlation-Id */
  readonly headers?: readonly string[];
  /** Headers of answers that the page may read. @default Location, Minos-Consistency, Retry-After, X-Request-Id, X-Correlation-Id */
  readonly exposed?: readonly string[];
  /** Whether the browser may send cookies. @default false */
  readonly credentials?: boolean;
  /** How long a browser may remember. @default '10m' */
  readonly maxAge?: Duration;
}

const REQUEST_HEADERS = ['Authorization', 'Content-Type', 'Idempotency-Key', 'Minos-Consistency', 'Prefer', 'X-Correlation-Id'];
const ANSWER_HEADERS = ['Location', 'Minos-Consistency', 'Retry-After', 'X-Request-Id', 'X-Correlation-Id'];

export const CORS_FIELDS = {
  origins: new OptionField(takeOrigins).default([]),
  methods: option.list(option.string()).default(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']),
  headers: option.list(option.string()).default(REQUEST_HEADERS),
  exposed: option.list(option.string()).default(ANSWER_HEADERS),
  credentials: option.boolean().default(false),
  maxAge: option.duration().default('10m'),
};

function takeOrigins(value: unknown, path: string): OptionOutcome<ReadonlySet<string>> {
  if (!Array.isArray(value)) return { expected: "a list of origins such as 'https://shop.example', or ['*']" };
  const wrong = value.filter((origin) => origin !== '*' && !isOrigin(origin));
  if (wrong.length === 0) return { value: new Set(value as string[]) };
  return {
    faults: wrong.map((origin) => ({ path, message: `"${String(origin)}" is no origin: give scheme, host and port, and nothing behind` })),
  };
}

function isOrigin(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value) && new URL(value).origin === value;
}
