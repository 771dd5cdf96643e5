import { isUuid, type Envelope } from '@minos/common';
import { headerOf } from '../consumer/header-of.js';
import type { StoredMessage } from '../contracts/broker.js';

/** CloudEvents extensions of a request. */
export const REPLY_TO = 'replyto';
const REPLY_KEY = 'replykey';
export const ASKING = 'asking';
const BUDGET = 'budget';

/** Only channels of replies are answered to: a forged request may not write into another service's commands. */
const REPLIES = '.replies';
/** In bytes: an outbox takes more, so a place that is taken can be answered to. */
const LONGEST_NAME = 1_000;
/** NUL, and halves of surrogate pairs: no broker stores them. */
const UNSOUND = /[\0\p{Surrogate}]/u;

/** Where the reply to a request goes, and for how long somebody waits for it. */
export interface ReplyPlace {
  readonly channel: string;
  readonly key: string;
  /** Names this asking. It is the request's own id the first time, and another UUID when the same request is asked again. */
  readonly asking: string;
  /** Counted from the moment at which the broker stored the request. */
  readonly budgetMs: number;
}

export function placeExtensions({ channel, key, asking, budgetMs }: ReplyPlace): Record<string, string> {
  return { [REPLY_TO]: channel, [REPLY_KEY]: key, [ASKING]: asking, [BUDGET]: String(budgetMs) };
}

/** Where a message asks to be answered; `undefined` for one that is no request, or whose place is of no use. */
export function placeOf({ extensions }: Pick<Envelope, 'extensions'>): ReplyPlace | undefined {
  return place((name) => extensions?.[name]);
}

/** The same from headers alone, for messages that cannot be read. */
export function placeOfStored(stored: Pick<StoredMessage, 'headers'>): ReplyPlace | undefined {
  return place((name) => headerOf(stored, `ce_${name}`));
}

function place(read: (name: string) => string | undefined): ReplyPlace | undefined {
  const [channel = '', key = '', asking = ''] = [read(REPLY_TO), read(REPLY_KEY), read(ASKING)];
  const budgetMs = Number(read(BUDGET));
  const sound = isName(channel) && channel.endsWith(REPLIES) && isName(key) && isUuid(asking);
  return sound && Number.isSafeInteger(budgetMs) && budgetMs > 0 ? { channel, key, asking, budgetMs } : undefined;
}

function isName(text: string): boolean {
  return text !== '' && Buffer.byteLength(text) <= LONGEST_NAME && !UNSOUND.test(text);
}
