import type { Clock } from '@minos/common';
import { DeadlineWatch } from '../consumer/deadline-watch.js';
import { headerOf } from '../consumer/header-of.js';
import type { StoredMessage } from '../contracts/broker.js';
import { ANSWERS } from '../send/answer-message.js';
import { readReply, type Reply } from './reply-message.js';
import type { AskedRequest } from './request.errors.js';

/** A request that somebody waits for. */
export interface OutstandingRequest {
  readonly asked: AskedRequest;
  readonly deadline: number;
  /** Whether it may have left. */
  sent: boolean;
  /** Whether nobody waits for it any more. */
  readonly over: boolean;
  /** Settles with the reply, or the error of which the request ends. */
  readonly reply: Promise<Reply>;
  fail(error: unknown): void;
}

interface Waiting extends OutstandingRequest {
  readonly since: number;
  resolve(reply: Reply): void;
}

/** The requests of this instance that have no reply yet, by their askings. */
export class OutstandingRequests {
  /** Replies that nobody waited for any more. */
  late = 0;
  private readonly waiting = new Map<string, Waiting>();
  private readonly deadlines: DeadlineWatch;
  private readonly idle = new Set<() => void>();

  constructor(private readonly clock: Clock) {
    this.deadlines = new DeadlineWatch(clock);
  }

  get size(): number {
    return this.waiting.size;
  }

  /** Of the one that waits for longest; 0 where there is none. */
  get oldestMs(): number {
    const [oldest] = this.waiting.values();
    return oldest === undefined ? 0 : this.clock.monotonic() - oldest.since;
  }

  /** Waits from now on; ends with the error of `overdue` when the time is over. */
  add(asking: string, asked: AskedRequest, timeoutMs: number, overdue: (request: OutstandingRequest) => Error): OutstandingRequest {
    const since = this.clock.monotonic();
    let settle: { resolve(given: Reply): void; reject(error: unknown): void } | undefined;
    const reply = new Promise<Reply>((resolve, reject) => (settle = { resolve, reject }));
    const end = (how: () => void): void => {
      unwatch();
      if (this.waiting.delete(asking)) how();
      if (this.waiting.size === 0) this.tellIdle();
    };
    const { waiting } = this;
    const request: Waiting = {
      get over() {
        return waiting.get(asking) !== request;
      },
      asked,
      since,
      deadline: since + timeoutMs,
      sent: false,
      reply,
      resolve: (given) => end(() => settle?.resolve(given)),
      fail: (error) => end(() => settle?.reject(error)),
    };
    const unwatch = this.deadlines.watch(
      timeoutMs,
      (error) => request.fail(error),
      () => overdue(request),
    );
    this.waiting.set(asking, request);
    // Whoever asks may still be busy with sending when it fails.
    reply.catch(() => undefined);
    return request;
  }

  /** Whether it answers what was asked: its owner is proved by the name of the command, so that has to be the one. */
  isFrom(asking: string, stored: StoredMessage): boolean {
    const request = this.waiting.get(asking);
    return request === undefined || headerOf(stored, `ce_${ANSWERS}`) === request.asked.type;
  }

  /** Gives a reply to whoever waits for it. */
  answer(asking: string, stored: StoredMessage): void {
    const request = this.waiting.get(asking);
    if (request === undefined) {
      this.late += 1;
      return;
    }
    const answer = readReply(stored, request.asked);
    if ('error' in answer) request.fail(answer.error);
    else request.resolve(answer);
  }

  /** Ends all of them. */
  failAll(error: (request: OutstandingRequest) => Error): void {
    for (const request of [...this.waiting.values()]) request.fail(error(request));
  }

  /** Resolves when none is left, or the time is over, with how many are left. */
  async settled(timeoutMs: number): Promise<number> {
    if (this.waiting.size === 0) return 0;
    const over = new AbortController();
    const none = new Promise<void>((resolve) => this.idle.add(resolve));
    await Promise.race([none, this.clock.sleep(timeoutMs, over.signal).catch(() => undefined)]);
    over.abort();
    return this.waiting.size;
  }

  private tellIdle(): void {
    for (const tell of this.idle) tell();
    this.idle.clear();
  }
}
