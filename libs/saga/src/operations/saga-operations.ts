import {
  type Clock,
  type Duration,
  isUuid,
  type JsonObject,
  type JsonValue,
  option,
  SystemClock,
  uuidv7,
  validateOptions,
} from '@minos/common';
import type { SagaEffects, SagaOperation, SagaOutcome, SagaRequest } from '../contracts/saga-operation.js';
import { type CarriedSaga, MAIL_SAGA, type MailSaga, type SagaFilter, type SagaStore, type SagaSummary } from '../contracts/saga-store.js';
import { refusalOf, SagaNotCarriedError, SagaNotFoundError } from '../errors/saga-operation.errors.js';
import { CURSOR, cursorOf, placeOf } from './saga-cursor.js';
import { type SagaDetails, detailsOf, type SagaView, viewOf } from './saga-views.js';

export interface OperateOptions {
  /** Who asks, for the audit. */
  readonly by: string;
  /** Why, for the audit. @default nothing */
  readonly reason?: string;
  /** Says what would happen, and does nothing. @default false */
  readonly dryRun?: boolean;
  /** How long a process that has the plan is waited for. @default '30s' */
  readonly within?: Duration;
}

export interface SkipOptions extends OperateOptions {
  /** Stands for the reply of the step's command. @default none: the state stays */
  readonly output?: JsonValue;
}

export interface EditOptions extends OperateOptions {
  /** Refused with `SAGA_CHANGED` where the instance is in another one. @default only a parked one is edited, in whatever revision */
  readonly revision?: number;
}

/** An instance: by its id, or by the name of its saga and its business key. */
export type SagaRef = string | { readonly saga: string; readonly key: string; readonly tenant?: string };

export interface SagaListPage {
  /** @default 50 */
  readonly limit?: number;
  /** The `next` of the page before. @default the first page */
  readonly after?: string;
}

export interface SagaList {
  /** The newest first. */
  readonly sagas: readonly SagaView[];
  /** Missing on the last page. */
  readonly next?: string;
}

/** What was done, or would be. */
export interface SagaOperated extends SagaEffects {
  readonly id: string;
  /** Under which the journal has it. A dry run of this process is not noted. */
  readonly request: string;
  readonly dryRun: boolean;
}

export interface SagaOperationsPorts {
  readonly store: Pick<SagaStore, 'load' | 'summary' | 'list' | 'journal' | 'findByKey' | 'inUse'>;
  /** Stores the mail, and resolves when that is committed. */
  readonly ask: (mail: MailSaga) => Promise<void>;
  /** A dry run in this process; `undefined` where it has not the plan. @default all are asked for by mail */
  readonly preview?: (id: string, request: SagaRequest) => Promise<SagaOutcome | undefined>;
  /** The plans of this process. @default none */
  readonly carried?: () => readonly CarriedSaga[];
  readonly clock?: Clock;
}

const PAGE = { limit: option.integer({ min: 1, max: 1_000 }).default(50), after: CURSOR.optional() };
const JOURNAL = { limit: option.integer({ min: 1, max: 10_000 }).default(1_000), after: option.integer({ min: 0 }).default(0) };
const OPTIONS = {
  by: option.string(),
  reason: option.string().optional(),
  dryRun: option.boolean().default(false),
  within: option.duration({ min: 0 }).default('30s'),
};
const FIRST_LOOK_MS = 5;
const LONGEST_LOOK_MS = 200;
const LOOKED_AT = 1_000;

/**
 * What operators see of sagas, and do with them; cancelling is for whoever started one, too. Nothing is done here: a request is mail of the instance, which makes it due, and a
 * process that has its plan carries it out in the unit that changes the instance, with an entry `operated` in its journal. The request commits on its own, whatever
 * becomes of an open unit; the call waits for that entry. All reject with `SAGA_NOT_FOUND`, with what the request was refused with, and with `SAGA_NOT_CARRIED`.
 */
export class SagaOperations {
  /** Without ports there are no sagas. */
  constructor(private readonly ports?: SagaOperationsPorts) {}

  /** The plans that this process has. */
  carried(): readonly CarriedSaga[] {
    return (this.ports?.carried?.() ?? []).map(({ name, version, hash }) => ({ name, version, hash }));
  }

  async list(filter: SagaFilter = {}, page: SagaListPage = {}): Promise<SagaList> {
    const { limit, after } = validateOptions('SagaOperations.list', PAGE, page);
    const place = after === undefined ? undefined : placeOf(after);
    const found = (await this.ports?.store.list(filter, { limit: limit + 1, ...(place === undefined ? {} : { after: place }) })) ?? [];
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    return { sagas: shown.map(viewOf), ...(found.length > limit && last !== undefined ? { next: cursorOf(last) } : {}) };
  }

  /** Entries of the journal from the oldest on, or behind the number `after`. */
  async show(ref: SagaRef, journal: { readonly limit?: number; readonly after?: number } = {}): Promise<SagaDetails> {
    const { limit, after } = validateOptions('SagaOperations.show', JOURNAL, journal);
    const { store, summary } = await this.find(ref);
    const { id } = summary.instance;
    const [loaded, entries] = await Promise.all([store.load(id), store.journal(id, after, limit)]);
    return detailsOf(summary, loaded?.mail ?? [], entries);
  }

  /** A new command now: of a step that waits or is parked; where the saga goes back, of its compensation. It has an id of its own, so what was done and not heard of is done again. */
  retryStep(ref: SagaRef, step: string, options: OperateOptions): Promise<SagaOperated> {
    return this.operate(ref, { kind: 'retry', step }, options);
  }

  /** Goes on without the answer of a step, with an output in its place; where the saga goes back, without its compensation. */
  skipStep(ref: SagaRef, step: string, { output, ...options }: SkipOptions): Promise<SagaOperated> {
    return this.operate(ref, { kind: 'skip', step, ...(output === undefined ? {} : { output }) }, options);
  }

  /** Replaces the state. The journal keeps the one before. */
  editState(ref: SagaRef, state: JsonValue, { revision, ...options }: EditOptions): Promise<SagaOperated> {
    return this.operate(ref, { kind: 'edit', state, ...(revision === undefined ? {} : { revision }) }, options);
  }

  /** Takes back what was done, also behind the pivot; steps that say nothing of compensation stay as they are. */
  forceCompensate(ref: SagaRef, options: OperateOptions): Promise<SagaOperated> {
    return this.operate(ref, { kind: 'compensate' }, options);
  }

  /** Takes back what was done. Rejects with `SAGA_PAST_PIVOT` once the pivot has begun; does nothing where the saga goes back already. */
  cancel(ref: SagaRef, options: OperateOptions): Promise<SagaOperated> {
    return this.operate(ref, { kind: 'cancel' }, options);
  }

  /** Lets a parked one go on where it stopped, with all its tries. Commands that may have been handled are sent with the id that they had. */
  resume(ref: SagaRef, options: OperateOptions): Promise<SagaOperated> {
    return this.operate(ref, { kind: 'resume' }, options);
  }

  private async operate(ref: SagaRef, operation: SagaOperation, options: OperateOptions): Promise<SagaOperated> {
    const { by, reason, dryRun, within } = validateOptions('SagaOperations', OPTIONS, options);
    const { summary, ports } = await this.find(ref);
    const { id } = summary.instance;
    const asked: SagaRequest = { operation, by, ...(reason === undefined ? {} : { reason }), ...(dryRun ? { dryRun } : {}) };
    const request = uuidv7();
    const outcome =
      (dryRun ? await ports.preview?.(id, asked) : undefined) ??
      (await this.carriedOut(ports, summary, { asked, request, withinMs: within }));
    if ('refused' in outcome) throw refusalOf(outcome.refused.code, outcome.refused.message, outcome.refused.details);
    return { id, request, dryRun, ...outcome.effects };
  }

  private async carriedOut(
    ports: SagaOperationsPorts,
    { instance }: SagaSummary,
    { asked, request, withinMs }: { readonly asked: SagaRequest; readonly request: string; readonly withinMs: number },
  ): Promise<SagaOutcome> {
    const { id: sagaId } = instance;
    const { store, clock = new SystemClock() } = ports;
    const end = clock.monotonic() + withinMs;
    await ports.ask({ kind: MAIL_SAGA, id: request, sagaId, body: { kind: 'operate', ...asked } });
    for (let after = instance.entries, pause = FIRST_LOOK_MS; ; pause = Math.min(LONGEST_LOOK_MS, pause * 2)) {
      const entries = await store.journal(sagaId, after, LOOKED_AT);
      const found = entries.find(({ kind, data }) => kind === 'operated' && data?.['request'] === request);
      if (found !== undefined) return outcomeIn(found.data);
      after = entries.at(-1)?.number ?? after;
      const left = end - clock.monotonic();
      if (left <= 0 && entries.length === 0) throw new SagaNotCarriedError({ ...instance, request }, withinMs);
      if (entries.length === 0) await clock.sleep(Math.min(pause, left));
    }
  }

  private async find(ref: SagaRef): Promise<{ ports: SagaOperationsPorts; store: SagaOperationsPorts['store']; summary: SagaSummary }> {
    const { ports } = this;
    const text = typeof ref === 'string' ? ref : `${ref.saga} with the key "${ref.key}"`;
    const id = typeof ref === 'string' ? ref : await ports?.store.findByKey(ref.saga, ref.tenant ?? '', ref.key);
    const summary = id === undefined || !isUuid(id) ? undefined : await ports?.store.summary(id);
    if (ports === undefined || summary === undefined) throw new SagaNotFoundError(text);
    return { ports, store: ports.store, summary };
  }
}

function outcomeIn(data: JsonObject = {}): SagaOutcome {
  return data as unknown as SagaOutcome;
}
