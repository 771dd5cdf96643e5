import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { AnyRequest } from './http-parts.js';

/**
 * For routes whose requests hold passwords or whose answers hold tokens: an `Idempotency-Key` is taken and does nothing. Whatever keeps answers under it would keep the tokens, and with the
 * fingerprint of the body a fast hash of the password. Guards run before interceptors, so the one that keeps answers never sees the key.
 */
@Injectable()
export class UnrememberedGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    delete context.switchToHttp().getRequest<AnyRequest>().headers['idempotency-key'];
    return true;
  }
}
