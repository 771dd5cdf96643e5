export type {
  Access,
  KeySource,
  PublishedKey,
  ServiceCredential,
  ServiceCredentialVerifier,
  ServiceTokenMinter,
  TokenKind,
} from './contracts/index.js';
export { ConfiguredServiceCredentials } from './credentials/configured-service-credentials.js';
export { ServicesInvalidError } from './credentials/credentials.errors.js';
export { readBasicCredential } from './credentials/read-basic-credential.js';
export { basicCredential } from './remote/basic-credential.js';
