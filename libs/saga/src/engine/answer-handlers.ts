import { isUuid, type JsonObject, type JsonValue } from '@minos/common';
import { ANSWERS, readAnswer, REJECTION, RESULT } from '@minos/messaging';
import type { MessageContext, MessageHandler } from '@minos/messaging/contracts';
import type { StepOutcome } from '../contracts/saga-instance.js';
import type { SagaEngine } from './saga-engine.js';

/** What the consumer of the service's channel of sagas does: the answers to commands of its instances, each in the unit of its delivery. */
export function answerHandlers(engine: SagaEngine, onStray: (context: MessageContext) => void): ReadonlyMap<string, MessageHandler> {
  const handle = async (_envelope: unknown, context: MessageContext): Promise<void> => {
    const { envelope, stored, unit } = context;
    const { causationid: request = '', extensions = {} } = envelope;
    if (!isUuid(stored.key)) return onStray(context);
    const outcome = outcomeOf(envelope.type, envelope.data);
    await engine.answer(unit, stored.key, { request, command: extensions[ANSWERS] ?? '', outcome });
  };
  return new Map([RESULT, REJECTION].map((type) => [type, { handle }]));
}

function outcomeOf(type: string, data: JsonValue): StepOutcome {
  const answer = readAnswer(type, data);
  if ('result' in answer) return { result: (answer.result ?? null) as JsonValue };
  const { code, message, details } = answer.rejection;
  return { rejection: { code, message, details: details as JsonObject } };
}
