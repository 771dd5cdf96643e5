import { option, type ResolvedOptions, validateOptions } from '@minos/common';
import type { AuthClientOptions } from '../client/auth-client.options.js';
import { AUTH_CLIENT_FIELDS } from '../client/auth-client.options.js';
import type { KeySource } from '../contracts/keys.js';
import type { RevocationCheck } from '../contracts/revocations.js';
import { AuthNotConfiguredError } from './auth-module.errors.js';

/** What stands in this process and needs no auth service: in that service itself, and in tests. */
export interface LocalAuth {
  readonly keys: KeySource;
  /** @default nothing is taken back */
  readonly revocations?: RevocationCheck;
}

export interface AuthModuleOptions extends Partial<AuthClientOptions> {
  /** Address of the auth service. @default the environment's AUTH_URL, else nobody is authenticated (outside production) */
  readonly url?: string;
  /** Durable name of this service. @default that of `MinosModule.forRoot()` */
  readonly service?: string;
  /** @default the environment's MINOS_SERVICE_SECRET */
  readonly secret?: string;
  /** In place of `url`. @default none */
  readonly local?: LocalAuth;
}

const isLocal = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && typeof (value as { keys?: unknown }).keys === 'object';

const FIELDS = {
  ...AUTH_CLIENT_FIELDS,
  url: option.string().optional(),
  service: option.string().optional(),
  local: option.custom<LocalAuth>('{ keys, revocations }', isLocal).optional(),
};

export type ResolvedAuthModuleOptions = ResolvedOptions<typeof FIELDS>;

/** Where the options are silent. */
export interface AuthSurroundings {
  readonly service: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Options over the environment; `undefined` where nothing is configured, which only production refuses. Throws `OPTIONS_INVALID`, and `AUTH_NOT_CONFIGURED` with what is missing.
 */
export function resolveAuthModuleOptions(
  given: AuthModuleOptions,
  { service: own, environment }: AuthSurroundings,
): ResolvedAuthModuleOptions | undefined {
  const options = validateOptions('AuthModule.forRoot', FIELDS, withEnvironment(given, environment));
  const production = environment['NODE_ENV'] === 'production';
  const { url, local, secret, service = own } = options;
  if (url === undefined && local === undefined) {
    if (production) throw new AuthNotConfiguredError('nothing says where the auth service is', 'Set AUTH_URL, or the option url');
    return undefined;
  }
  if (service === undefined)
    throw new AuthNotConfiguredError('the service has no name', 'Import MinosModule.forRoot({ service }), or give the option service');
  if (production && local === undefined && secret === undefined) {
    throw new AuthNotConfiguredError(
      'without a secret nothing is known of tokens that are taken back',
      'Set MINOS_SERVICE_SECRET, or the option secret',
    );
  }
  return { ...options, service };
}

/** An empty variable is none. */
function withEnvironment(given: AuthModuleOptions, { AUTH_URL, MINOS_SERVICE_SECRET }: AuthSurroundings['environment']): AuthModuleOptions {
  const url = given.url ?? (given.local === undefined ? AUTH_URL || undefined : undefined);
  const secret = given.secret ?? (MINOS_SERVICE_SECRET || undefined);
  return { ...given, ...(url === undefined ? {} : { url }), ...(secret === undefined ? {} : { secret }) };
}
