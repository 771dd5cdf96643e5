export type {
  Access,
  KeySource,
  PublishedKey,
  ServiceCredential,
  ServiceCredentialVerifier,
  ServiceTokenMinter,
  TokenKind,
} from './contracts/index.js';
