export type {
  Access,
  KeySource,
  PublishedKey,
  ServiceCredential,
  ServiceCredentialVerifier,
  ServiceTokenMinter,
  TokenKind,
} from './contracts/index.js';
export { basicHeader, readBasicHeader } from './credentials/basic-credential.js';
export { ConfiguredServiceCredentials } from './credentials/configured-service-credentials.js';
export { ServicesInvalidError } from './credentials/credentials.errors.js';
