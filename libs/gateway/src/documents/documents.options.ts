import { type Duration, option, type ResolvedOptions, validateOptions } from '@minos/common';

export interface GatewayDocumentsOptions {
  /** Whether the merged document and its page are served. @default false in production, else true */
  readonly enabled?: boolean;
  /** @default 'Gateway' */
  readonly title?: string;
  /** @default '1.0.0' */
  readonly version?: string;
  /** Where services have their documents. @default '/docs/openapi.json' */
  readonly path?: string;
  /** How long reading one may take. @default '2s' */
  readonly timeout?: Duration;
  /** How large one may be, in bytes. @default 2097152 */
  readonly mostBytes?: number;
  /** How large all may be together; what comes beyond is left out. @default 33554432 */
  readonly mostBytesInAll?: number;
  /** How long one that was read is good where neither the release nor the routes of its service change. @default '5m' */
  readonly maxAge?: Duration;
  /** How long a service is left alone whose document could not be read. @default '10s' */
  readonly retryAfter?: Duration;
}

const isPath = (value: unknown): boolean => typeof value === 'string' && /^\/[\w./-]*$/.test(value);

export const documentsFields = (production = process.env['NODE_ENV'] === 'production') => ({
  enabled: option.boolean().default(!production),
  title: option.string().default('Gateway'),
  version: option.string().default('1.0.0'),
  path: option.custom<string>("a path such as '/docs/openapi.json'", isPath).default('/docs/openapi.json'),
  timeout: option.duration({ min: 1 }).default('2s'),
  mostBytes: option.integer({ min: 1 }).default(2 * 1024 * 1024),
  mostBytesInAll: option.integer({ min: 1 }).default(32 * 1024 * 1024),
  maxAge: option.duration().default('5m'),
  retryAfter: option.duration().default('10s'),
});

export type GatewayDocumentsSettings = ResolvedOptions<ReturnType<typeof documentsFields>>;

/** Fills in the defaults; throws `OPTIONS_INVALID` with all faults at once. */
export function resolveGatewayDocumentsOptions(given: GatewayDocumentsOptions = {}, production?: boolean): GatewayDocumentsSettings {
  return validateOptions('documents', documentsFields(production), given);
}
