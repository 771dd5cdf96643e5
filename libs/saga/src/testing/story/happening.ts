import type { JsonValue } from '@minos/common';
import type { OutboxAdd } from '@minos/messaging/contracts';
import { channelRole } from '@minos/messaging';

/** A command that has left. */
export interface SentHappening {
  readonly kind: 'sent';
  /** Of the message: the request that an answer names. */
  readonly id: string;
  readonly name: string;
  readonly data: JsonValue;
  /** Whose channel it went to. */
  readonly service: string;
  readonly key: string;
  /** The instance that waits for the answer; nobody does where it is missing. */
  readonly sagaId: string | undefined;
}

/** A local command that is running. */
export interface LocalHappening {
  readonly kind: 'local';
  readonly name: string;
  readonly data: JsonValue;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export type Happening = SentHappening | LocalHappening;

export function sentOf({ messageId, headers, body, channel, key }: OutboxAdd): SentHappening {
  return {
    kind: 'sent',
    id: messageId,
    name: headers['ce_type'] ?? '',
    data: JSON.parse(body) as JsonValue,
    service: channelRole(channel).service,
    key,
    sagaId: headers['ce_answerkey'],
  };
}

export function happeningInWords(happening: Happening): string {
  const data = JSON.stringify(happening.data);
  return happening.kind === 'sent' ? `${happening.name} ${data}, sent to ${happening.service}` : `${happening.name} ${data}, run here`;
}
