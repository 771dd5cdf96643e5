import { currentContext } from '@minos/common';
import { Injectable } from '@nestjs/common';
import { AuthServer } from '../auth-server.js';
import type { Caller } from '../tokens/own-tokens.js';
import { CallerForbiddenError, CallerUnknownError } from '../tokens/token.errors.js';
import { bearerTokenOf, hasAuthorization } from '../../credentials/bearer-token.js';
import type { AnyRequest } from './http-parts.js';

/**
 * Who calls the server. Tokens are held against the sessions in the store, so that one is refused here in the moment in which its session ends, also where it came through the
 * gateway. Without a token the caller is who the request's context says: a guard that has verified it some other way, or everybody's principal in development.
 */
@Injectable()
export class Callers {
  constructor(private readonly server: AuthServer) {}

  /** `undefined` where nothing says who calls. Rejects with `CALLER_UNKNOWN` where a token is not good. */
  async find(request: AnyRequest): Promise<Caller | undefined> {
    if (!hasAuthorization(request)) return currentContext().principal;
    const token = bearerTokenOf(request);
    if (token === null) throw new CallerUnknownError();
    const caller = await this.server.tokens.verify(token);
    if (caller === undefined) return undefined;
    const { session, issuedAt } = caller;
    if (session !== undefined && !(await this.server.parts.storage.sessions.isLive(session, issuedAt))) throw new CallerUnknownError();
    return caller;
  }

  /** Rejects with `CALLER_UNKNOWN`. */
  async require(request: AnyRequest): Promise<Caller> {
    const caller = await this.find(request);
    if (caller === undefined) throw new CallerUnknownError();
    return caller;
  }

  /** Rejects with `CALLER_UNKNOWN`, `CALLER_FORBIDDEN`. The role `*` is every role. */
  async requireRole(request: AnyRequest, role: string): Promise<Caller> {
    const caller = await this.require(request);
    if (!caller.roles.includes(role) && !caller.roles.includes('*')) throw new CallerForbiddenError();
    return caller;
  }
}
