import { Rejection, uuidv7, type Clock, type Envelope } from '@minos/common';
import { headerOf } from '../consumer/header-of.js';
import type { StoredMessage } from '../contracts/broker.js';
import type { KeptReply } from '../contracts/inbox-store.js';
import type { MessageContext, RepeatHandling } from '../contracts/message-handler.js';
import type { OutgoingMessage } from '../contracts/outgoing-message.js';
import type { Outbox } from '../outbox/outbox.js';
import { answerAgain } from '../send/answer-message.js';
import { ANSWER_AGAIN, ANSWER_KEY, ANSWER_TO } from '../send/command-message.js';
import { placeOf, placeOfStored } from './request-place.js';
import { askingOf, isRefusal, refusal, replyMessage } from './reply-message.js';

/**
 * The broker's clock says when a request was stored, ours what time it is. One that is up to so much over its time is handled all the same; clocks that differ by
 * more leave requests undone that were in time, which their askers may ask again.
 */
export const CLOCK_TOLERANCE_MS = 1_000;

/** Ends the handling of a request that came too late. */
class TooLate extends Rejection<'REQUEST_EXPIRED'> {
  constructor() {
    super('REQUEST_EXPIRED', 'Nobody waits for this request any more.');
  }
}

/**
 * The handling side of requests: the reply leaves with the unit of the handler, and is kept with its mark, from which repetitions are answered. A request that came too
 * late is marked too, so that this asking is never handled; asked again it is another one, and is handled under a mark of its own.
 */
export class RequestReplies implements RepeatHandling {
  /** `told`: of a reply nothing is kept but that it was given; whoever asks again is answered anew. For what has no effect, and may say much. */
  constructor(
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly replies: 'kept' | 'told' = 'kept',
  ) {}

  /** What of a reply goes with the mark of the request. */
  toKeep(envelope: Envelope, reply: KeptReply): KeptReply {
    const place = placeOf(envelope);
    return this.replies === 'kept' || place === undefined ? reply : refusal('REPLY_NOT_KEPT', place);
  }

  /** Throws where the message is a request whose time is over. */
  demandInTime({ envelope, stored }: Pick<MessageContext, 'envelope' | 'stored'>): void {
    const place = placeOf(envelope);
    if (place === undefined) return;
    if (this.clock.now() > stored.appendedAt + place.budgetMs + CLOCK_TOLERANCE_MS) throw new TooLate();
  }

  /** Whether the message is a request; its reply then goes with the unit, and is to be kept. */
  reply({ envelope, unit }: Pick<MessageContext, 'envelope' | 'unit'>, kept: KeptReply): boolean {
    const message = this.replyTo(envelope, kept);
    if (message === undefined) return false;
    this.outbox.enlist(unit, message);
    return true;
  }

  /** The reply as it leaves; `undefined` where the message is no request. */
  replyTo(envelope: Envelope, kept: KeptReply): OutgoingMessage | undefined {
    const place = placeOf(envelope);
    return place === undefined ? undefined : replyMessage({ place, envelope }, kept);
  }

  /** Answers a request that {@link demandInTime} refused; `undefined` where it was something else that did. */
  expired(rejection: Rejection, context: Pick<MessageContext, 'envelope' | 'unit'>): KeptReply | undefined {
    const place = placeOf(context.envelope);
    if (!(rejection instanceof TooLate) || place === undefined) return undefined;
    const kept = refusal('REQUEST_EXPIRED', place);
    this.reply(context, kept);
    return kept;
  }

  concerns(stored: StoredMessage): boolean {
    return placeOfStored(stored) !== undefined || isSentAgain(stored);
  }

  /** Only the first asking has the request's own id. */
  expects(stored: StoredMessage): boolean {
    const place = placeOfStored(stored);
    return place === undefined ? isSentAgain(stored) : place.asking !== headerOf(stored, 'ce_id');
  }

  supersedes(kept: KeptReply | undefined, envelope: Envelope): boolean {
    if (kept === undefined || askingOf(kept) === placeOf(envelope)?.asking) return false;
    return isRefusal(kept, 'REQUEST_EXPIRED') || (this.replies === 'told' && isRefusal(kept, 'REPLY_NOT_KEPT'));
  }

  answer(kept: KeptReply | undefined, repeated: Pick<MessageContext, 'envelope' | 'unit'>): void {
    const place = placeOf(repeated.envelope);
    if (place !== undefined) this.reply(repeated, kept ?? refusal('REPLY_NOT_KEPT', place));
    else if (kept !== undefined) this.answerAgain(repeated, kept);
  }

  private answerAgain({ envelope, unit }: Pick<MessageContext, 'envelope' | 'unit'>, kept: KeptReply): void {
    const { id, type, correlationid, tenant, extensions = {} } = envelope;
    const { [ANSWER_TO]: answerTo, [ANSWER_KEY]: key } = extensions;
    if (answerTo === undefined || key === undefined) return;
    const command = {
      id,
      type,
      key,
      answerTo,
      ...(correlationid === undefined ? {} : { correlationId: correlationid }),
      ...(tenant === undefined ? {} : { tenant }),
    };
    this.outbox.enlist(unit, answerAgain(command, uuidv7(), kept));
  }
}

/** A command whose sender has not heard the answer. */
function isSentAgain(stored: StoredMessage): boolean {
  return headerOf(stored, `ce_${ANSWER_AGAIN}`) !== undefined;
}
