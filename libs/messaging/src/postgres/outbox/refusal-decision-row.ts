import type { RefusalDecision } from '../../contracts/outbox-store.js';

export interface DecisionRow {
  readonly id: bigint;
  readonly channel: string;
  readonly key: string;
  readonly refusal: string;
  readonly oldest: 'retry' | 'discard';
  readonly decided_by: string;
  readonly reason: string | null;
  readonly decided_at: number;
  readonly message_id: string | null;
  readonly headers: Readonly<Record<string, string>> | null;
  readonly body: string | null;
}

export function decisionOf(row: DecisionRow): RefusalDecision {
  const { id, channel, key, refusal, oldest, message_id: messageId, headers, body } = row;
  return {
    ...{ id, channel, key, refusal, oldest, by: row.decided_by, at: row.decided_at },
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(messageId === null || headers === null || body === null ? {} : { discarded: { messageId, headers, body } }),
  };
}
