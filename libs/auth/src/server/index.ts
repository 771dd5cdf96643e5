export {
  AdminExistsError,
  AccountNotFoundError,
  EmailRefusedError,
  OwnAccountError,
  PasswordRefusedError,
} from './accounts/account.errors.js';
export { Administration, ADMIN_ROLE, createFirstAdmin } from './accounts/administration.js';
export { emailAddress } from './accounts/email-address.js';
export { Registration, type Credentials } from './accounts/registration.js';
export { AUTH_PROBLEM_STATUSES } from './auth-problem-statuses.js';
export { AuthServer, type AuthServerParts } from './auth-server.js';
export { resolveAuthServerOptions, type AuthServerOptions, type ResolvedAuthServerOptions } from './auth-server.options.js';
export type {
  Account,
  AccountChanges,
  AccountStore,
  AccountWithPassword,
  Actor,
  ExternalIdentity,
  NewAccount,
  RoleStore,
} from './contracts/accounts.js';
export type { AuditEntry, AuditEvent, AuditLog, StoredAuditEntry } from './contracts/audit-log.js';
export type { MessageKeyStore, StoredMessageKey } from './contracts/message-keys.js';
export type { Revocation, RevocationLog } from './contracts/revocations.js';
export type { NewSession, RefreshOutcome, SessionGrant, SessionLife, SessionStore } from './contracts/sessions.js';
export type {
  KeyChange,
  NewSigningKey,
  SigningKeyStore,
  StoredKeys,
  StoredServiceKey,
  StoredSigningKey,
} from './contracts/signing-keys.js';
export type { AuthStorage } from './contracts/storage.js';
export type { Attempt, DelayPolicy, ThrottleStore } from './contracts/throttle.js';
export { Callers } from './http/callers.js';
export { ClientAddresses } from './http/client-addresses.js';
export type { AnyRequest, AnyResponse } from './http/http-parts.js';
export { ServiceCallers } from './http/service-callers.js';
export { UnrememberedGuard } from './http/unremembered.guard.js';
export { KeyEncryptionKeyMissingError, KeyEncryptionKeyWrongError, SigningKeyUnavailableError } from './keys/key.errors.js';
export { SigningKeys } from './keys/signing-keys.js';
export type { SigningKeysOptions } from './keys/signing-keys.options.js';
export { StoredKeySource } from './keys/stored-key-source.js';
export { memoryAuthStorage } from './memory/memory-auth-storage.js';
export { AuthServerModule } from './module/auth-server.module.js';
export { AUTH_SERVER_OPTIONS } from './module/auth-server.module-definition.js';
export { AUTH_STORAGE } from './module/tokens.js';
export { OIDC_CODE_SECONDS, OidcHandover, type OidcCode, type OidcRedemption, type OidcSignIn } from './oidc/oidc-handover.js';
export { OidcLogin, type OidcBeginning, type OidcOutcome, type OidcReturn } from './oidc/oidc-login.js';
export { OidcProviderUnknownError, OidcRefusedError, OidcReturnRefusedError, OidcUnavailableError } from './oidc/oidc.errors.js';
export type { OidcProviderOptions } from './oidc/oidc-provider-options.js';
export { OIDC_FLOW_SECONDS } from './oidc/sealed-flow.js';
export { PasswordsBusyError } from './passwords/password.errors.js';
export { PasswordHasher, type Argon2 } from './passwords/password-hasher.js';
export type { PasswordHasherOptions } from './passwords/password-hasher.options.js';
export { MIGRATIONS } from './postgres/migrations/index.js';
export { postgresAuthStorage } from './postgres/postgres-auth-storage.js';
export { ServiceKeyRefusedError, ServiceNotMinterError } from './services/service.errors.js';
export type { RegisteredKey } from './services/service-keys.js';
export { SERVICE_ROLE, type ServiceRoles, type ServiceTokenAnswer } from './services/service-tokens.js';
export { Logins } from './sessions/logins.js';
export {
  LoginDelayedError,
  LoginRefusedError,
  RateExceededError,
  RefreshRefusedError,
  SessionUnknownError,
} from './sessions/session.errors.js';
export type { TokenPair } from './sessions/session-opener.js';
export { Sessions } from './sessions/sessions.js';
export { AuthStatistics } from './statistics/auth-statistics.js';
export type { LoginThrottleOptions } from './throttle/login-throttle.options.js';
export { OwnTokens, type Caller } from './tokens/own-tokens.js';
export { CallerForbiddenError, CallerUnknownError } from './tokens/token.errors.js';
