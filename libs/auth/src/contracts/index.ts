export type { Access } from './access.js';
export type { AuthLog } from './auth-log.js';
export type { KeySource, PublishedKey, TokenKind } from './keys.js';
export type { IssuedToken, Revocation, RevocationCheck } from './revocations.js';
export type { ServiceCredential, ServiceCredentialVerifier } from './service-credentials.js';
export type { ServiceTokenMinter } from './service-token-minter.js';
