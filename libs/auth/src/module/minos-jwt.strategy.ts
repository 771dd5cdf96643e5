import { isMinosError, type Principal } from '@minos/common';
import { Strategy } from 'passport-jwt';
import type { CallerVerifier } from './auth-parts.js';
import { bearerTokenOf } from '../credentials/bearer-token.js';

/** What answers who is not known, and whose token is refused: the reason stays in the log. */
export const CHALLENGE = 'Bearer';
export const REFUSED_CHALLENGE = 'Bearer error="invalid_token"';

/**
 * The strategy `minos-jwt`: that of passport-jwt, whose verification is replaced by ours. It registers itself nowhere, because passport is one for the whole process; for
 * `AuthGuard('minos-jwt')` of @nestjs/passport call `passport.use(app.get(MinosJwtStrategy))`.
 */
export class MinosJwtStrategy extends Strategy {
  override readonly name = 'minos-jwt';

  constructor(private readonly verifier: CallerVerifier) {
    // Both are asked for by the constructor, and used by nothing but the method that is replaced.
    super(
      { jwtFromRequest: bearerTokenOf, secretOrKeyProvider: (_request, _token, done) => done(new Error('No key is used here.')) },
      () => undefined,
    );
  }

  /** Who acts; `undefined` is nobody that is known. Throws or rejects with `PRINCIPAL_REFUSED`, or with a retryable error where the keys cannot be had. */
  callerOf(request: object): Principal | undefined | Promise<Principal | undefined> {
    const token = bearerTokenOf(request);
    return token === null ? undefined : this.verifier.verifyCaller(token);
  }

  override authenticate(request: object): void {
    void this.decide(request);
  }

  private async decide(request: object): Promise<void> {
    try {
      const principal = await this.callerOf(request);
      if (principal === undefined) this.fail(CHALLENGE, 401);
      else this.success(principal);
    } catch (error) {
      if (isMinosError(error, 'PRINCIPAL_REFUSED')) this.fail(REFUSED_CHALLENGE, 401);
      else this.error(error as Error);
    }
  }
}
