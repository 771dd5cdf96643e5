import { isMinosError, Rejection } from '@minos/common';
import { HandlerMiddleware } from '@minos/messaging';
import type { HandlerCall, MessageMiddleware } from '@minos/messaging/contracts';
import { Injectable } from '@nestjs/common';
import { ReadConsistency } from './read-consistency.js';

/** Queries that come over the broker read views as new as they say. One that cannot be answered in time is answered with that: trying again is for the asker. */
@HandlerMiddleware({ on: ['command'] })
@Injectable()
export class ConsistencyMiddleware implements MessageMiddleware {
  constructor(private readonly consistency: ReadConsistency) {}

  async handle({ context, metadata }: HandlerCall, next: () => Promise<unknown>): Promise<unknown> {
    if (metadata?.kind !== 'query') return next();
    try {
      return await this.consistency.readAs(context, next);
    } catch (error) {
      if (!isMinosError(error, 'NOT_YET_CONSISTENT') && !isMinosError(error, 'CONSISTENCY_TOKEN_INVALID')) throw error;
      throw new Rejection(error.code, error.message, error.details);
    }
  }
}
