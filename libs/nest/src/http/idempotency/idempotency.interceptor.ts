import {
  IDEMPOTENCY_STORE,
  type IdempotencyScope,
  type IdempotencyStore,
  isMinosError,
  type JsonValue,
  type RememberedAnswer,
  type StoredAnswer,
  UNIT_OF_WORK,
  type UnitOfWork,
} from '@minos/common';
import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { from, lastValueFrom, type Observable } from 'rxjs';
import type { ResolvedMinosOptions } from '../../options/minos-options.js';
import { RESOLVED_OPTIONS } from '../../tokens.js';
import { PROBLEM_CONTENT_TYPE } from '../problem/problem-document.js';
import { toProblem } from '../problem/to-problem.js';
import { IdempotencyKeyInUseError, IdempotencyKeyReusedError } from './idempotency.errors.js';
import { type IdempotentRequest, readIdempotentRequest } from './idempotent-request.js';

/** Headers of an answer that belong to it, not to the moment it was sent. */
const KEPT_HEADERS = ['content-type', 'etag', 'location', 'minos-consistency'];

/**
 * Answers a POST that repeats an `Idempotency-Key` with the first answer. The handler runs in a unit of work to which its answer is
 * enlisted, so what it did and what it said are stored together or not at all; rejections are stored in a unit of their own, faults are not.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  private readonly running = new Set<string>();

  constructor(
    @Inject(UNIT_OF_WORK) private readonly unitOfWork: UnitOfWork,
    @Inject(IDEMPOTENCY_STORE) private readonly store: IdempotencyStore,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedMinosOptions,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.getType() === 'http' ? readIdempotentRequest(context) : undefined;
    if (request === undefined) return next.handle();
    return from(this.once(request, context.switchToHttp().getResponse<object>(), next));
  }

  private async once(request: IdempotentRequest, response: object, next: CallHandler): Promise<unknown> {
    const id = JSON.stringify(request.scope);
    if (this.running.has(id)) throw new IdempotencyKeyInUseError();
    this.running.add(id);
    try {
      const first = await this.store.find(request.scope);
      if (first !== undefined) return this.replay(first, request, response);
      return await this.perform(request, response, next);
    } finally {
      this.running.delete(id);
    }
  }

  private async perform(request: IdempotentRequest, response: object, next: CallHandler): Promise<unknown> {
    try {
      return await this.unitOfWork.run(async (unit) => {
        const body: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
        unit.enlist(this.store.remember(request.scope, { ...this.answerOf(response, body), fingerprint: request.fingerprint }));
        return body;
      });
    } catch (error) {
      // What another process committed may also be why we were refused: the first answer counts, not our refusal.
      const taken = isMinosError(error, 'IDEMPOTENCY_KEY_TAKEN') || !(await this.rememberRejection(error, request));
      if (taken) return this.replayOther(error, request, response);
      throw error;
    }
  }

  /** Another process committed an answer first; ours left nothing behind. */
  private async replayOther(error: unknown, request: IdempotentRequest, response: object): Promise<unknown> {
    const first = await this.store.find(request.scope);
    if (first === undefined) throw error;
    return this.replay(first, request, response);
  }

  private replay(first: RememberedAnswer, request: IdempotentRequest, response: object): JsonValue {
    if (first.fingerprint !== request.fingerprint) throw new IdempotencyKeyReusedError();
    const adapter = this.adapterHost.httpAdapter;
    for (const [name, value] of Object.entries(first.headers)) adapter.setHeader(response, name, value);
    adapter.setHeader(response, 'Idempotency-Replayed', 'true');
    adapter.status(response, first.status);
    return first.body;
  }

  /** Resolves with whether the key is still ours: false where another answer was stored under it. */
  private async rememberRejection(error: unknown, { scope, fingerprint }: IdempotentRequest): Promise<boolean> {
    if (isMinosError(error) && error.retryable) return true;
    const { document } = toProblem(error, this.options.http.statuses);
    if (document.status >= 500 || document.status === 429) return true;
    const body = JSON.parse(JSON.stringify(document)) as JsonValue;
    const answer: RememberedAnswer = { status: document.status, headers: { 'content-type': PROBLEM_CONTENT_TYPE }, body, fingerprint };
    return this.remember(scope, answer);
  }

  private async remember(scope: IdempotencyScope, answer: RememberedAnswer): Promise<boolean> {
    try {
      await this.unitOfWork.run((unit) => void unit.enlist(this.store.remember(scope, answer)), { mode: 'new' });
    } catch (error) {
      if (!isMinosError(error, 'IDEMPOTENCY_KEY_TAKEN')) throw error;
      return false;
    }
    return true;
  }

  private answerOf(response: object, body: unknown): StoredAnswer {
    const adapter = this.adapterHost.httpAdapter;
    const headers: Record<string, string> = {};
    for (const name of KEPT_HEADERS) {
      const value: unknown = adapter.getHeader(response, name);
      if (typeof value === 'string') headers[name] = value;
    }
    const { statusCode } = response as { statusCode: number };
    return { status: statusCode, headers, body: body === undefined ? null : (JSON.parse(JSON.stringify(body)) as JsonValue) };
  }
}
