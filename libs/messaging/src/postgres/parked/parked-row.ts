import type {
  ParkedAction,
  ParkedActionKind,
  ParkedCause,
  ParkedKeySummary,
  ParkedMessage,
  ParkedOutcome,
} from '../../contracts/parked-store.js';

interface CauseColumns {
  readonly cause_code: string | null;
  readonly cause_message: string | null;
  readonly cause_stack: string | null;
}

interface KeyColumns {
  readonly consumer: string;
  readonly channel: string;
  readonly key: string;
  readonly partition: number;
}

type Headers = Readonly<Record<string, string>>;

export interface MessageRow extends CauseColumns, KeyColumns {
  readonly place: bigint;
  readonly tenant: string;
  readonly message_id: string;
  readonly type: string;
  readonly message_offset: bigint;
  readonly appended_at: bigint;
  readonly headers: Headers;
  readonly body: Uint8Array;
  readonly attempts: number;
  readonly code_version: string;
  readonly parked_at: number;
}

export interface ActionRow extends KeyColumns {
  readonly id: bigint;
  readonly action: ParkedActionKind;
  readonly place: bigint | null;
  readonly headers: Headers | null;
  readonly body: Uint8Array | null;
  readonly requested_by: string;
  readonly reason: string | null;
  readonly requested_at: number;
  readonly outcome: ParkedOutcome | null;
  readonly detail: string | null;
  readonly ended_at: number | null;
  readonly before_headers: Headers | null;
  readonly before_body: Uint8Array | null;
}

export interface SummaryRow extends CauseColumns, KeyColumns {
  readonly messages: number;
  readonly parked_at: number;
  readonly type: string;
  readonly attempts: number;
  readonly retrying: boolean;
}

export function messageOf(row: MessageRow): ParkedMessage {
  const { consumer, channel, key, partition, headers, body } = row;
  return {
    place: row.place,
    tenant: row.tenant,
    consumer,
    channel,
    key,
    messageId: row.message_id,
    type: row.type,
    stored: { channel, key, partition, offset: row.message_offset, appendedAt: Number(row.appended_at), headers, body },
    ...causeOf(row),
    attempts: row.attempts,
    codeVersion: row.code_version,
    parkedAt: row.parked_at,
  };
}

export function summaryOf({ consumer, channel, key, partition, ...row }: SummaryRow): ParkedKeySummary {
  return {
    consumer,
    channel,
    key,
    partition,
    messages: row.messages,
    ...causeOf(row),
    type: row.type,
    attempts: row.attempts,
    parkedAt: row.parked_at,
    state: row.retrying ? 'retrying' : 'parked',
  };
}

export function actionOf(row: ActionRow): ParkedAction {
  const { id, consumer, channel, key, partition, action } = row;
  const given = { place: row.place, headers: row.headers, body: row.body, reason: row.reason };
  return {
    id,
    consumer,
    channel,
    key,
    partition,
    action,
    ...present(given),
    by: row.requested_by,
    requestedAt: row.requested_at,
    ...endOf(row),
    ...(row.before_headers === null || row.before_body === null ? {} : { before: { headers: row.before_headers, body: row.before_body } }),
  };
}

function endOf({ outcome, ended_at: at, detail }: ActionRow): Pick<ParkedAction, 'ended'> {
  return outcome === null || at === null ? {} : { ended: { outcome, at, ...present({ detail }) } };
}

function causeOf({ cause_code: code, cause_message: message, cause_stack: stack }: CauseColumns): { readonly cause?: ParkedCause } {
  return code === null ? {} : { cause: { code, message: message ?? '', ...present({ stack }) } };
}

/** Without the fields that are null. */
function present<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as { [K in keyof T]?: NonNullable<T[K]> };
}
