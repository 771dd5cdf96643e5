export { Public } from '@minos/common';
export { AccessInvalidError } from './access/access.errors.js';
export { accessOf } from './access/access-of.js';
export { mayAccess } from './access/may-access.js';
export { Permissions } from './access/permissions.decorator.js';
export { Roles } from './access/roles.decorator.js';
export { AuthClient } from './client/auth-client.js';
export type { AuthClientOptions } from './client/auth-client.options.js';
export type {
  Access,
  AuthLog,
  IssuedToken,
  KeySource,
  PublishedKey,
  Revocation,
  RevocationCheck,
  ServiceCredential,
  ServiceCredentialVerifier,
  ServiceTokenMinter,
  TokenKind,
} from './contracts/index.js';
export { basicCredential, readBasicCredential } from './credentials/basic-credential.js';
export { ConfiguredServiceCredentials } from './credentials/configured-service-credentials.js';
export { ServiceCredentialRefusedError, ServicesInvalidError } from './credentials/credentials.errors.js';
export { requireService } from './credentials/require-service.js';
export { KeysUnavailableError } from './keys/key.errors.js';
export { KeySetClient, type KeySetStatus } from './keys/key-set-client.js';
export type { KeySetClientOptions, KeySetTimes } from './keys/key-set-client.options.js';
export { readKey, readKeySet, type ReadKeys } from './keys/published-keys.js';
export { StaticKeys } from './keys/static-keys.js';
export { publicMembers, thumbprint } from './keys/thumbprint.js';
export { MessageKeyUnavailableError, MessageRefusedError } from './messages/message.errors.js';
export { SignedMessageSigner, type SignedMessageSignerOptions } from './messages/signed-message-signer.js';
export { SignedMessageVerifier, type SignedMessageVerifierOptions } from './messages/signed-message-verifier.js';
export { MintingKeyMissingError } from './minting/minter.errors.js';
export type { MinterTimes, ServiceTokenMinterOptions } from './minting/minter.options.js';
export { RegisteredKeyMinter, type MinterStatus } from './minting/registered-key-minter.js';
export { RevocationsClient, type RevocationsState, type RevocationsStatus } from './revocations/revocations-client.js';
export type { RevocationsClientOptions, RevocationTimes } from './revocations/revocations-client.options.js';
export { JwtVerifier } from './verification/jwt-verifier.js';
export { TokenRefusedError, type TokenFault } from './verification/token.errors.js';
export type { JwtVerifierOptions } from './verification/verifier.options.js';
