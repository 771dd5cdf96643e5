import { isMinosError, parseDuration, UnitEndedError, uuidv7, type CommandResult, type Duration } from '@minos/common';
import { headerOf } from '../consumer/header-of.js';
import type { StoredMessage } from '../contracts/broker.js';
import type { OutgoingMessage } from '../contracts/outgoing-message.js';
import { channelRole } from '../send/channels.js';
import { ownedMessage } from '../send/command-message.js';
import { OutstandingRequests, type OutstandingRequest } from './outstanding-requests.js';
import type { ReplySeat } from './reply-seat.js';
import { ReplySeats } from './reply-seats.js';
import { TOKEN_WANTED } from './consistency.js';
import type { Reply } from './reply-message.js';
import { ASKING, placeExtensions } from './request-place.js';
import { isUnwritten } from './unwritten-unit.js';
import { RemoteCallInUnitError, ReplyPlaceMissingError, RequestOutcomeUnknownError, RequestsClosedError } from './request.errors.js';
import { resolveRequestsOptions, type RequestPorts, type RequestsOptions, type RequestsSettings } from './requests.options.js';

export interface AskOptions {
  /** How long to wait for the reply; so much time has the request, too, to reach its handler. @default that of the `Requests` */
  readonly timeout?: Duration;
  /** UUID of the request: asking again with it has no second effect, and gives the first reply. @default a new one */
  readonly id?: string;
  /** Requests and commands with one key are handled in the order of their commits. @default what `@Command(…, { key })` says, else the id */
  readonly key?: string;
  /** Ask although a unit is open: the request leaves at once, in a unit of its own, and stays when the open one fails. @default false */
  readonly detached?: boolean;
  /** Waits no longer once it aborts: ends as if the time were over. What was sent may be handled all the same. @default waits for `timeout` */
  readonly signal?: AbortSignal;
  /** Further CloudEvents extensions of the request: lower-case letters and digits. @default none */
  readonly extensions?: Readonly<Record<string, string>>;
}

export interface RequestsStatus {
  readonly running: boolean;
  /** The partition of the channel of replies that this instance reads; none while it has no place. */
  readonly partition?: number;
  /** Partitions that it has left and reads on, because requests were told them. */
  readonly leftPartitions: number;
  readonly outstanding: number;
  /** Age of the oldest of them. */
  readonly oldestMs: number;
  /** Replies that came when nobody waited any more. */
  readonly late: number;
  /** Replies that were not believed. */
  readonly refused: number;
  readonly error?: unknown;
}

/**
 * Asks other services and waits for what they say. A request is a message like others: it leaves through the outbox, in the order of its key, and is handled once; its
 * reply comes over this instance's partition of the service's channel of replies.
 */
export class Requests {
  private readonly settings: RequestsSettings;
  private readonly outstanding: OutstandingRequests;
  private readonly seats: ReplySeats;
  private state: 'new' | 'open' | 'closed' = 'new';
  private refused = 0;

  constructor(
    options: RequestsOptions,
    private readonly ports: RequestPorts,
  ) {
    this.settings = resolveRequestsOptions(options);
    this.outstanding = new OutstandingRequests(ports.clock);
    this.seats = new ReplySeats(this.settings, ports, (messages) => this.take(messages));
  }

  /** Looks for a place for replies, in the background and for as long as it takes. Does nothing if it has begun; the first {@link ask} begins it, too. */
  start(): void {
    this.state = 'open';
    this.seats.start();
  }

  /**
   * Asks the service that owns the command. Rejects with the handler's own `Rejection`, or with:
   * - `OUTCOME_UNKNOWN`: no reply in time; ask again with the error's `requestId`;
   * - `REQUEST_EXPIRED`, `KEY_PARKED`, `COMMAND_NOT_HANDLED`: it was not handled, but may be when it is asked again, with the same id;
   * - `REPLY_NOT_KEPT`: it was handled, or discarded, without a reply that could be given;
   * - `REMOTE_CALL_IN_UNIT`, `REQUESTS_CLOSED`, `REPLY_PLACE_MISSING`, and what the outbox and the unit of work reject with: nothing was sent.
   */
  async ask<C extends object>(command: C, options: AskOptions = {}): Promise<CommandResult<C>> {
    return (await this.askObject(command, options)).result as CommandResult<C>;
  }

  /** As {@link ask}, with the consistency token of what the handler stored; a repetition gets that of the first asking. */
  async askForToken<C extends object>(
    command: C,
    { extensions, ...options }: AskOptions = {},
  ): Promise<{ readonly result: CommandResult<C>; readonly token: string | undefined }> {
    const { result, token } = await this.askObject(command, { ...options, extensions: { ...extensions, [TOKEN_WANTED]: '1' } });
    return { result: result as CommandResult<C>, token };
  }

  /** As {@link ask}, for a message without a class. One that has an id counts as asked again. */
  async askMessage(message: OutgoingMessage, options: Omit<AskOptions, 'id' | 'key' | 'extensions'> = {}): Promise<unknown> {
    this.ports.owners?.learn(message.type, channelRole(message.channel).service);
    return (await this.exchange({ ...message, isQuery: false }, askingOf(message.id), options)).result;
  }

  status(): RequestsStatus {
    const { outstanding, seats, refused, state } = this;
    const partition = seats.current?.partition;
    return {
      running: state === 'open',
      ...(partition === undefined ? {} : { partition }),
      leftPartitions: seats.left,
      outstanding: outstanding.size,
      oldestMs: outstanding.oldestMs,
      late: outstanding.late,
      refused,
      ...(seats.error === undefined ? {} : { error: seats.error }),
    };
  }

  /** Asks nothing more, and waits for the replies that are outstanding, for so long at the most. Resolves with how many did not come. */
  async drain(timeout: Duration): Promise<number> {
    this.state = 'closed';
    return this.outstanding.settled(parseDuration(timeout));
  }

  /** Ends what is outstanding with `OUTCOME_UNKNOWN`, and gives the partition back. Idempotent; {@link start} begins again. */
  async close(): Promise<void> {
    this.state = 'closed';
    this.outstanding.failAll((request) => this.ended(request, 'This instance shut down before the reply came'));
    await this.seats.stop();
  }

  private async askObject(command: object, options: AskOptions): Promise<Reply> {
    const { key, extensions } = options;
    const { registry } = this.ports;
    const asking = askingOf(options.id);
    const message = ownedMessage(command, registry, { id: asking.requestId, ...(key === undefined ? {} : { key }) });
    const isQuery = registry.of(command).kind === 'query';
    return this.exchange({ ...message, ...(extensions && { extensions }), isQuery }, asking, options);
  }

  private async exchange({ isQuery, ...message }: Asked, { requestId, asking }: Asking, options: AskOptions): Promise<Reply> {
    const { timeout, signal, detached = false } = options;
    const { type, channel } = message;
    this.demandOutside(type, detached, isQuery);
    if (this.state === 'closed') throw new RequestsClosedError(type);
    if (this.state === 'new') this.start();
    const timeoutMs = timeout === undefined ? this.settings.timeout : parseDuration(timeout);
    const overdue = (request: OutstandingRequest): Error => this.ended(request, `No reply came within ${timeoutMs} ms`);
    const request = this.outstanding.add(asking, { requestId, type, channel }, timeoutMs, overdue);
    this.endWith(request, signal);
    const seat = await this.seatFor(request);
    // It was over before there was a place: the error says so.
    if (seat === undefined) return request.reply;
    try {
      if (request.over) return await request.reply;
      const budgetMs = Math.max(1, Math.round(request.deadline - this.ports.clock.monotonic()));
      const place = placeExtensions({ channel: this.seats.channel, key: seat.nextKey(), asking, budgetMs });
      await this.send({ ...message, id: requestId, extensions: { ...message.extensions, ...place } }, request);
      return await request.reply;
    } finally {
      this.seats.leave(seat);
    }
  }

  /**
   * A query changes nothing at its owner, so one may be asked inside a unit that has written nothing yet. What goes on after its unit has failed would ask once for
   * each try of it.
   */
  private demandOutside(type: string, detached: boolean, isQuery: boolean): void {
    const unit = this.ports.unitOfWork.surrounding();
    if (unit?.state === 'open' && !detached && !(isQuery && isUnwritten(unit))) throw new RemoteCallInUnitError(type, unit.id);
    if (unit?.state === 'settling' || unit?.state === 'failed') throw new UnitEndedError(unit.id, unit.state, 'ask()');
  }

  private endWith(request: OutstandingRequest, signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    const end = (): void => request.fail(this.ended(request, 'Whoever asked waited no longer'));
    if (signal.aborted) return end();
    const unlisten = (): void => signal.removeEventListener('abort', end);
    signal.addEventListener('abort', end, { once: true });
    void request.reply.then(unlisten, unlisten);
  }

  private async seatFor(request: OutstandingRequest): Promise<ReplySeat | undefined> {
    const over = new AbortController();
    const end = (): void => over.abort();
    void request.reply.then(end, end);
    return this.seats.enter(over.signal);
  }

  /** A commit whose outcome is unknown may have sent it: the reply tells. */
  private async send(message: OutgoingMessage, request: OutstandingRequest): Promise<void> {
    request.sent = true;
    try {
      await this.ports.unitOfWork.run((unit) => void this.ports.outbox.enlist(unit, message), { mode: 'new' });
    } catch (error) {
      if (!isMinosError(error, 'OUTCOME_UNKNOWN')) request.fail(error);
    }
  }

  private ended(request: OutstandingRequest, what: string): Error {
    if (request.sent) return new RequestOutcomeUnknownError(request.asked, what);
    const { type } = request.asked;
    return new ReplyPlaceMissingError(`"${type}" was not asked, since this instance has no place for replies yet`, this.seats.error);
  }

  private async take(messages: readonly StoredMessage[]): Promise<void> {
    for (const stored of messages) {
      const asking = headerOf(stored, `ce_${ASKING}`);
      if (asking === undefined) continue;
      if ((await this.believes(stored)) && this.outstanding.isFrom(asking, stored)) this.outstanding.answer(asking, stored);
      else this.refused += 1;
    }
  }

  /** Rejects where it cannot be told now: the broker then delivers the reply again. */
  private async believes(stored: StoredMessage): Promise<boolean> {
    try {
      await this.ports.trust?.check(stored);
      return true;
    } catch (error) {
      if (isMinosError(error) && !error.retryable) return false;
      throw error;
    }
  }
}

type Asked = OutgoingMessage & { readonly isQuery: boolean };

interface Asking {
  readonly requestId: string;
  readonly asking: string;
}

/** The first asking has the id of the request. One whose id was given may have been asked before. */
function askingOf(given: string | undefined): Asking {
  const requestId = given ?? uuidv7();
  return { requestId, asking: given === undefined ? requestId : uuidv7() };
}
