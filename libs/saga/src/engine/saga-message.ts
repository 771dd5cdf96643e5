import type { MessageRegistry } from '@minos/common';
import { channelsOf, commandMessage } from '@minos/messaging';
import type { OutgoingMessage } from '@minos/messaging/contracts';
import { sagaExtensions } from '../resources/acting-saga.js';
import type { SentAs } from '../turn/draft.js';

export interface SagaMessagePorts {
  /** Durable name of the service. */
  readonly service: string;
  readonly registry: MessageRegistry;
  readonly now: number;
}

/** A command of an instance as it leaves: its answer comes to the sagas of the service, and it says for which saga it is. */
export function sagaMessage(command: object, as: SentAs, { service, registry, now }: SagaMessagePorts): OutgoingMessage {
  const { sagaId, request, key, again = false, answered = true, since = now, mayHold = false } = as;
  const place = { channel: channelsOf(service).sagas, key: sagaId, again };
  const ownKey = registry.of(command).key === undefined ? sagaId : undefined;
  const chosen = key ?? ownKey;
  const message = commandMessage(command, service, registry, {
    id: request,
    answer: answered && place,
    ...(chosen === undefined ? {} : { key: chosen }),
  });
  return { ...message, extensions: { ...message.extensions, ...sagaExtensions({ holder: sagaId, age: since, mayHold }) } };
}
