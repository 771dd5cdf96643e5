import type { Unit } from '@minos/common';
import { headerOf } from '../consumer/header-of.js';
import type { ParkNotice } from '../consumer/consumer.options.js';
import type { Outbox } from '../outbox/outbox.js';
import { placeOfStored } from './request-place.js';
import { refusal, replyMessage } from './reply-message.js';

const LONGEST = 200;

/**
 * For `parking.answer` of a consumer of commands: whoever asked for what is parked is told so with the unit that parks it. `COMMAND_NOT_HANDLED` where no handler
 * knows the name, `KEY_PARKED` in every other case; where the request itself could not be handled, with the code of the cause.
 */
export function parkedAnswer(outbox: Outbox, consumer: string): (notice: ParkNotice, unit: Unit) => void {
  return ({ stored, envelope, code }, unit) => {
    const place = placeOfStored(stored);
    if (place === undefined) return;
    const kept =
      code === 'COMMAND_NOT_HANDLED'
        ? refusal('COMMAND_NOT_HANDLED', place, { consumer })
        : refusal('KEY_PARKED', place, code === 'KEY_PARKED' ? {} : { cause: sound(code) });
    outbox.enlist(unit, replyMessage({ place, envelope: envelope ?? { type: sound(headerOf(stored, 'ce_type') ?? '') } }, kept));
  };
}

/** Codes and names may be anything: what cannot be sent must not keep the message from being parked. */
function sound(text: string): string {
  return text.slice(0, LONGEST).replace(/[\0\p{Surrogate}]/gu, '\uFFFD');
}
