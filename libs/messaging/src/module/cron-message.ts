import { createEnvelope } from '@minos/common';
import type { MessageContext } from '../contracts/message-handler.js';
import type { CronContext } from '../schedule/cron.decorator.js';

/** A tick as middleware sees it: a message of the service to itself, without data, that no broker has carried. */
export function cronMessage(service: string, { name, id, tick, unit, attempt, signal }: CronContext): MessageContext {
  const envelope = createEnvelope({
    id,
    source: service,
    type: name,
    time: tick.toISOString(),
    schemaversion: 1,
    data: null,
    correlationid: id,
  });
  return {
    consumer: name,
    envelope,
    stored: { channel: '', partition: 0, offset: 0n, key: name, headers: {}, body: new Uint8Array(), appendedAt: tick.getTime() },
    unit,
    attempt,
    signal,
  };
}
