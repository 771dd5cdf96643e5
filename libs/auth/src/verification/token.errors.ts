import { PrincipalRefusedError } from '@minos/common';

/** What a token is refused for; for logs and tests, never for an answer. */
export type TokenFault =
  | 'size'
  | 'form'
  | 'encoding'
  | 'header'
  | 'algorithm'
  | 'type'
  | 'key'
  | 'signature'
  | 'claims'
  | 'issuer'
  | 'audience'
  | 'expired'
  | 'early'
  | 'life'
  | 'revoked'
  | 'anonymous';

/** A token that is not believed: `PRINCIPAL_REFUSED`, with the reason in `details.fault`. The message has nothing of the token in it. */
export class TokenRefusedError extends PrincipalRefusedError {
  constructor(
    readonly fault: TokenFault,
    found: string,
  ) {
    super(`A token is refused (${fault}): ${found}.`, { details: { fault } });
  }
}
