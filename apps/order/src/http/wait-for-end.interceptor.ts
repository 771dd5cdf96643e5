import { setTimeout as pause } from 'node:timers/promises';
import type { QueryResult } from '@minos/common';
import { QueryBus } from '@minos/cqrs';
import { CONSISTENCY_HEADER, consistencyToken, ShutdownState } from '@minos/nest';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor, SetMetadata } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { mergeMap, type Observable } from 'rxjs';
import type { OrderStatus } from '../domain/order-status.js';
import { GetOrder, type OrderView } from '../queries/get-order.query.js';
import { orderMark } from './order-mark.js';
import type { PlacedAnswer } from './order.answers.dto.js';
import { waitPreference } from './wait-preference.js';

const WAITS = Symbol('waits for the end of an order');
const FIRST_LOOK_MS = 20;
const LONGEST_PAUSE_MS = 400;
/** Of all who wait in this process together. */
const LOOKS_PER_SECOND = 500;
const ENDS: readonly OrderStatus[] = ['confirmed', 'rejected', 'cancelled'];
const LIVE = ['running', 'compensating', 'parked'];

/** The method answers with a {@link PlacedAnswer}, which `Prefer: wait` turns into the end of the order. */
export const WaitsForEnd = (): MethodDecorator => SetMetadata(WAITS, true);

/** What is used of a request, and of a response of either adapter. */
interface RequestLike {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}
interface ResponseLike {
  readonly closed: boolean;
  once(event: 'close', listener: () => void): unknown;
  off(event: 'close', listener: () => void): unknown;
}

/**
 * Waits for the end of an order that was placed, as long as the client prefers to. It waits behind the commit and behind what keeps answers for repetitions: a repetition gets the
 * kept answer, that the order is placed, and waits for its end like the first one. The order is acknowledged, so whatever goes wrong here leaves the answer as it was.
 */
@Injectable()
export class WaitForEnd implements NestInterceptor {
  private waiting = 0;

  constructor(
    private readonly queries: QueryBus,
    private readonly adapterHost: HttpAdapterHost,
    private readonly shutdown: ShutdownState,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (Reflect.getMetadata(WAITS, context.getHandler()) !== true) return next.handle();
    const http = context.switchToHttp();
    const seconds = waitPreference(http.getRequest<RequestLike>().headers['prefer']);
    if (seconds === undefined) return next.handle();
    const response = http.getResponse<object>();
    return next.handle().pipe(mergeMap((placed: PlacedAnswer) => this.answer(placed, seconds, response)));
  }

  private async answer(placed: PlacedAnswer, seconds: number, response: object): Promise<PlacedAnswer> {
    const order = await this.waited(placed.orderId, seconds * 1000, response).catch(() => undefined);
    if (order === undefined) return placed;
    const { orderId, status, version, reason } = order;
    const { httpAdapter } = this.adapterHost;
    httpAdapter.setHeader(response, 'Preference-Applied', `wait=${seconds}`);
    httpAdapter.setHeader(response, CONSISTENCY_HEADER, consistencyToken(orderMark(orderId, version)));
    httpAdapter.status(response, ENDS.includes(status) ? 201 : 202);
    return { orderId, status, ...(reason !== undefined && { reason }) };
  }

  /** The order when it and its checkout have ended, or as it is when the time is over or the service ends. Who has gone is not waited for, also not while the order was placed. */
  private async waited(orderId: string, milliseconds: number, response: object): Promise<OrderView | undefined> {
    const stream = ('raw' in response ? response.raw : response) as ResponseLike;
    if (stream.closed) return undefined;
    const gone = new AbortController();
    const leave = (): void => gone.abort();
    stream.once('close', leave);
    this.waiting += 1;
    try {
      const deadline = performance.now() + milliseconds;
      for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
        const order = await this.queries.execute<GetOrder, QueryResult<GetOrder>>(new GetOrder(orderId));
        const left = deadline - performance.now();
        if (isOver(order) || left <= 0 || gone.signal.aborted || this.shutdown.draining) return order;
        const share = (this.waiting / LOOKS_PER_SECOND) * 1000;
        await pause(Math.min(Math.max(pauseMs, share), left), undefined, { signal: gone.signal });
      }
    } finally {
      this.waiting -= 1;
      stream.off('close', leave);
    }
  }
}

/** What was reserved and held for it is sold, taken or given back as well. */
function isOver({ status, saga }: OrderView): boolean {
  return ENDS.includes(status) && !LIVE.includes(saga?.status ?? '');
}
