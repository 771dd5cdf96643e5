import { option, SystemClock, validateOptions, type Clock } from '@minos/common';
import type {
  ParkedAction,
  ParkedActionFilter,
  ParkedFilter,
  ParkedKeyRef,
  ParkedKeySummary,
  ParkedMessage,
  ParkedPlace,
  ParkedStore,
  ParkedTotals,
} from '../contracts/parked-store.js';
import { ParkedKeyUnknownError, ParkedMessageGoneError } from '../errors/parked.errors.js';

/** Who wants it, and why: both are kept. */
export interface ParkedRequester {
  readonly by: string;
  readonly reason?: string;
}

/** What an edit sets; what is left out stays. */
export interface ParkedEdit {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

/** A parked key with its messages and what was asked about it. */
export interface ParkedInspection {
  readonly key: ParkedKeySummary;
  /** In their order, at most as many as were asked for. */
  readonly messages: readonly ParkedMessage[];
  /** The newest first. */
  readonly actions: readonly ParkedAction[];
}

export interface ParkedPage {
  /** @default 100 */
  readonly limit?: number;
  /** @default 0 */
  readonly skip?: number;
}

const PAGE = { limit: option.integer({ min: 1, max: 10_000 }).default(100), skip: option.integer({ min: 0 }).default(0) };
const REQUESTER = { by: option.string(), reason: option.string().optional() };
const ACTIONS_SHOWN = 100;
/** How often the store is asked how actions end. */
const ASK_EVERY_MS = 200;

/**
 * What an operator sees of parked keys, and does with them. Nothing is done at once: a request is a row, which the consumer that has the partition picks up (within half
 * a second, by default), and which stays for audit with who asked, why, how it ended and what it replaced. While no consumer runs, requests wait.
 */
export class ParkedKeys {
  constructor(
    private readonly store: ParkedStore,
    private readonly clock: Clock = new SystemClock(),
  ) {}

  /** The longest parked first. */
  list(filter: ParkedFilter = {}, page: ParkedPage = {}): Promise<readonly ParkedKeySummary[]> {
    return this.store.list(filter, validateOptions('ParkedKeys.list', PAGE, page));
  }

  /** How many keys a request with this filter would concern, and how many messages they have. */
  totals(filter: ParkedFilter = {}): Promise<ParkedTotals> {
    return this.store.totals(filter);
  }

  /** Rejects with `PARKED_KEY_UNKNOWN`. */
  async inspect(key: ParkedKeyRef, page: { readonly limit?: number; readonly after?: bigint } = {}): Promise<ParkedInspection> {
    const { limit = 100, after } = page;
    const [summary] = await this.store.list(refOf(key), { limit: 1, skip: 0 });
    if (summary === undefined) throw new ParkedKeyUnknownError(refOf(key));
    const [messages, actions] = await Promise.all([
      this.store.messages(key, after === undefined ? { limit } : { limit, after }),
      this.store.actions(refOf(key), { limit: ACTIONS_SHOWN }),
    ]);
    return { key: summary, messages, actions };
  }

  /** What was asked about a key, the newest first; also about one that is not parked any more. */
  history(key: ParkedKeyRef, limit = ACTIONS_SHOWN): Promise<readonly ParkedAction[]> {
    return this.store.actions(refOf(key), { limit });
  }

  /** What was asked for, by whom, how it ended and what it replaced: the newest first, those with ids below `before`. */
  audit(
    filter: ParkedActionFilter = {},
    page: { readonly limit?: number; readonly before?: bigint } = {},
  ): Promise<readonly ParkedAction[]> {
    const { limit = ACTIONS_SHOWN, before } = page;
    return this.store.actions(filter, before === undefined ? { limit } : { limit, before });
  }

  /** Resolves with the actions, in the order of their ids, when all have ended or `withinMs` have passed: those that have not have no `ended`. */
  async outcomes(ids: readonly bigint[], withinMs: number): Promise<readonly ParkedAction[]> {
    const end = this.clock.monotonic() + withinMs;
    for (;;) {
      const actions = await this.store.actions({ ids }, { limit: ids.length });
      if (actions.every(({ ended }) => ended !== undefined) || this.clock.monotonic() >= end) return actions.toReversed();
      await this.clock.sleep(Math.min(ASK_EVERY_MS, Math.max(1, end - this.clock.monotonic())));
    }
  }

  /** Has the keys drained: their messages are handled in order, until one fails again. Rejects with `PARKED_KEY_UNKNOWN` where none fits. */
  async retry(filter: ParkedFilter, requester: ParkedRequester): Promise<readonly bigint[]> {
    return this.request({ action: 'retry', filter, ...requesterOf(requester) });
  }

  /** Replaces headers or body of one message, and has its key drained. Rejects with `PARKED_MESSAGE_GONE`. */
  async editAndRetry(place: ParkedPlace, edit: ParkedEdit, requester: ParkedRequester): Promise<readonly bigint[]> {
    const edited = await this.edit(place, edit, requester);
    return [...edited, ...(await this.retry(refOf(place), requester))];
  }

  /** Replaces headers or body of one message; what it had is kept with the action. Rejects with `PARKED_MESSAGE_GONE`. */
  async edit(place: ParkedPlace, { headers, body }: ParkedEdit, requester: ParkedRequester): Promise<readonly bigint[]> {
    await this.demand(place);
    return this.request({
      action: 'edit',
      filter: refOf(place),
      place: place.place,
      ...requesterOf(requester),
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body: typeof body === 'string' ? Buffer.from(body) : body }),
    });
  }

  /**
   * Has one message taken out, or, without a place, all that are parked of the key now; they count as handled, and are kept with the actions. Rejects with
   * `PARKED_MESSAGE_GONE` or `PARKED_KEY_UNKNOWN`.
   */
  async discard(what: ParkedPlace | ParkedKeyRef, requester: ParkedRequester): Promise<readonly bigint[]> {
    const place = 'place' in what ? what.place : undefined;
    if (place !== undefined) await this.demand({ ...refOf(what), place });
    return this.request({ action: 'discard', filter: refOf(what), ...(place === undefined ? {} : { place }), ...requesterOf(requester) });
  }

  /** {@link ParkedKeys.discard} for every key that fits. Rejects with `PARKED_KEY_UNKNOWN` where none does. */
  async discardAll(filter: ParkedFilter, requester: ParkedRequester): Promise<readonly bigint[]> {
    return this.request({ action: 'discard', filter, ...requesterOf(requester) });
  }

  private async demand(place: ParkedPlace): Promise<void> {
    if ((await this.store.message(place)) === undefined) throw new ParkedMessageGoneError(place);
  }

  private async request(request: Parameters<ParkedStore['request']>[0]): Promise<readonly bigint[]> {
    const ids = await this.store.request(request);
    if (ids.length === 0) throw new ParkedKeyUnknownError(request.filter);
    return ids;
  }
}

function refOf({ consumer, channel, key }: ParkedKeyRef): ParkedKeyRef {
  return { consumer, channel, key };
}

function requesterOf(given: ParkedRequester): ParkedRequester {
  const { by, reason } = validateOptions('ParkedKeys', REQUESTER, given);
  return reason === undefined ? { by } : { by, reason };
}
