import { type Duration, isMinosError, option, OptionField, type OptionOutcome, type ResolvedOptions, validateOptions } from '@minos/common';
import { ConfiguredServiceCredentials } from '../credentials/configured-service-credentials.js';
import { parseKeyEncryptionKeys } from './keys/key-encryption-keys.js';
import type { SigningKeysOptions } from './keys/signing-keys.options.js';
import { areOidcProviders, type OidcProviderOptions } from './oidc/oidc-provider-options.js';
import type { PasswordHasherOptions } from './passwords/password-hasher.options.js';
import type { ServiceRoles } from './services/service-tokens.js';
import type { LoginThrottleOptions } from './throttle/login-throttle.options.js';

export interface AuthServerOptions {
  /** `iss` of access tokens. @default 'auth' */
  readonly issuer?: string;
  /** `aud` of access tokens. @default ['shop'] */
  readonly audience?: readonly string[];
  /** How long an access token lives; at most five minutes. @default '5m' */
  readonly tokenLife?: Duration;
  readonly sessions?: {
    /** From the login, whatever happens. @default '30d' */
    readonly absolute?: Duration;
    /** From the last refresh. @default '7d' */
    readonly idle?: Duration;
  };
  /** Roles of a new account. @default none */
  readonly roles?: readonly string[];
  /** 32 bytes as base64 or hex; several, separated by commas, while one is replaced: the first encrypts. @default AUTH_KEY_ENCRYPTION_KEY; outside production a file in `.minos` */
  readonly keyEncryptionKey?: string;
  readonly keys?: SigningKeysOptions;
  readonly passwords?: PasswordHasherOptions;
  readonly throttle?: LoginThrottleOptions;
  readonly services?: {
    /** `order:<sha-256 of its secret in hex>,…` @default MINOS_SERVICES */
    readonly known?: string;
    /** Services that may register keys for tokens that they make. @default ['gateway'] */
    readonly minters?: readonly string[];
    /** Roles of services that act on their own, by name. @default none but `service` */
    readonly roles?: ServiceRoles;
  };
  readonly oidc?: {
    /** @default AUTH_OIDC, a JSON list */
    readonly providers?: readonly OidcProviderOptions[];
    /** Where browsers reach `/auth/…`. Needed with providers. @default AUTH_PUBLIC_URL */
    readonly publicUrl?: string;
  };
  readonly revocations?: {
    /** Pause between looks for revocations of other replicas. @default '500ms' */
    readonly every?: Duration;
    /** How long they are kept: the longest life of a token and what clocks may differ. @default '15m' */
    readonly keep?: Duration;
  };
  /** How long rows of the audit log are kept. @default '90d' */
  readonly auditRetention?: Duration;
  /** How long the keys of messages are kept after they were registered: longer than any message, and than a process runs. @default '730d' */
  readonly messageKeyRetention?: Duration;
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string';

const names = option.list(option.string());

const isRoles = (value: unknown): boolean =>
  isObject(value) && Object.values(value as object).every((roles) => Array.isArray(roles) && roles.every(isText));

const SERVICES = {
  known: new OptionField(takeServices).default(''),
  minters: names.default(['gateway']),
  roles: option.custom<ServiceRoles>('lists of roles by service', isRoles).default({}),
};

const oidcFields = (production: boolean) => ({
  providers: option
    .custom<readonly OidcProviderOptions[]>(
      `a list of { id, issuer, clientId, clientSecret, scope?, returnTo? } with ids of their own, issuers and pages with https${production ? '' : ' or http'}`,
      (value) => areOidcProviders(value, production),
    )
    .secret()
    .default([]),
  publicUrl: option.custom<string>('a URL', (value) => isText(value) && URL.canParse(value)).optional(),
});

const fields = (production: boolean) => ({
  issuer: option.string().default('auth'),
  audience: names.default(['shop']),
  tokenLife: option.duration({ min: 1_000, max: 300_000 }).default('5m'),
  sessions: {
    absolute: option.duration({ min: 60_000 }).default('30d'),
    idle: option.duration({ min: 60_000 }).default('7d'),
  },
  roles: names.default([]),
  keyEncryptionKey: option
    .custom<string>(
      '32 bytes as base64 or hex; several separated by commas',
      (value) => isText(value) && parseKeyEncryptionKeys(value) !== undefined,
    )
    .secret()
    .optional(),
  keys: option.custom<SigningKeysOptions>('options of SigningKeys', isObject).default({}),
  passwords: option.custom<PasswordHasherOptions>('options of PasswordHasher', isObject).default({}),
  throttle: option.custom<LoginThrottleOptions>('options of LoginThrottle', isObject).default({}),
  services: SERVICES,
  oidc: oidcFields(production),
  revocations: {
    every: option.duration({ min: 10, max: 2_000 }).default('500ms'),
    keep: option.duration({ min: 360_000 }).default('15m'),
  },
  auditRetention: option.duration({ min: 3_600_000 }).default('90d'),
  messageKeyRetention: option.duration({ min: 86_400_000 }).default('730d'),
});

export type ResolvedAuthServerOptions = ResolvedOptions<ReturnType<typeof fields>> & { readonly production: boolean };

/** Lays the options over the environment and fills in the defaults; throws `OPTIONS_INVALID` with all faults at once. */
export function resolveAuthServerOptions(given: AuthServerOptions, env: NodeJS.ProcessEnv = process.env): ResolvedAuthServerOptions {
  const production = env['NODE_ENV'] === 'production';
  const { services = {}, oidc = {}, ...rest } = given;
  const merged = {
    ...defined({ keyEncryptionKey: env['AUTH_KEY_ENCRYPTION_KEY'] }),
    ...rest,
    services: { ...defined({ known: env['MINOS_SERVICES'] }), ...services },
    oidc: { ...defined({ providers: jsonOf(env['AUTH_OIDC']), publicUrl: env['AUTH_PUBLIC_URL'] }), ...oidc },
  };
  const options = validateOptions('AuthServerModule.forRoot', fields(production), merged);
  if (options.oidc.providers.length > 0 && options.oidc.publicUrl === undefined)
    validateOptions('AuthServerModule.forRoot', { 'oidc.publicUrl': option.string() }, {});
  return { ...options, production };
}

/** An empty variable is one that is not set. */
function defined(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== ''));
}

/** What is no JSON stays as it is and is refused as no list of providers. */
function jsonOf(text: string | undefined): unknown {
  if (text === undefined || text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Nobody where the list is empty. */
function takeServices(value: unknown, path: string): OptionOutcome<ConfiguredServiceCredentials> {
  if (!isText(value)) return { expected: 'services such as order:<sha-256 of its secret in hex>,product:<hex>' };
  try {
    return { value: value === '' ? new ConfiguredServiceCredentials({}) : ConfiguredServiceCredentials.parse(value) };
  } catch (error) {
    if (isMinosError(error, 'SERVICES_INVALID')) return { faults: [{ path, message: error.message }] };
    throw error;
  }
}
