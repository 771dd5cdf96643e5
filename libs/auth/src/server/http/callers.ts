import { currentContext } from '@minos/common';
import { Injectable } from '@nestjs/common';
import { AuthServer } from '../auth-server.js';
import type { Caller } from '../tokens/own-tokens.js';
import { CallerForbiddenError, CallerUnknownError } from '../tokens/token.errors.js';
import type { AnyRequest } from './http-parts.js';

const BEARER = /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i;

/**
 * Who calls the server. Its own access tokens are held against the sessions in the store, so that one is refused here in the moment in which its session ends. Without a token the caller is who the request's
 * context says: a guard that has verified it some other way, or everybody's principal in development.
 */
@Injectable()
export class Callers {
  constructor(private readonly server: AuthServer) {}

  /** `undefined` where nothing says who calls. Rejects with `CALLER_UNKNOWN` where a token is not good. */
  async find(request: AnyRequest): Promise<Caller | undefined> {
    const header = request.headers.authorization;
    if (header === undefined) return currentContext().principal;
    const token = BEARER.exec(header)?.[1];
    if (token === undefined) throw new CallerUnknownError();
    const caller = await this.server.tokens.verify(token);
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
