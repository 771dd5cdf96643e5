import { currentContext, type IdempotencyScope } from '@minos/common';
import type { ExecutionContext } from '@nestjs/common';
import { fingerprintOf } from './fingerprint.js';
import { IdempotencyKeyInvalidError } from './idempotency.errors.js';

export interface IdempotentRequest {
  readonly scope: IdempotencyScope;
  readonly fingerprint: string;
}

interface RequestLike {
  readonly method: string;
  readonly url: string;
  readonly originalUrl?: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body?: unknown;
}

const VISIBLE_ASCII = /^[\x21-\x7e]{1,255}$/;

/** What the interceptor needs to know of a POST with an `Idempotency-Key`; `undefined` for every other request. */
export function readIdempotentRequest(context: ExecutionContext): IdempotentRequest | undefined {
  const request = context.switchToHttp().getRequest<RequestLike>();
  const key = request.headers['idempotency-key'];
  if (request.method !== 'POST' || key === undefined) return undefined;
  if (typeof key !== 'string' || !VISIBLE_ASCII.test(key)) throw new IdempotencyKeyInvalidError();
  const { tenant, principal } = currentContext();
  return {
    scope: { tenant, principal: principal?.subject ?? 'anonymous', method: request.method, route: routeOf(context), key },
    fingerprint: fingerprintOf(request.originalUrl ?? request.url, request.body),
  };
}

/** The pattern of the route, from Nest's own metadata, so that it is the same on every adapter. */
function routeOf(context: ExecutionContext): string {
  const parts = [context.getClass(), context.getHandler()].map(
    (target) => Reflect.getMetadata('path', target) as string | string[] | undefined,
  );
  return `/${parts
    .map((part) => trim([part ?? ''].flat()[0] ?? ''))
    .filter((part) => part !== '')
    .join('/')}`;
}

const trim = (path: string): string => path.replace(/^\/+|\/+$/g, '');
