import { messageMetadataOf, type MessageMetadata } from '@minos/common';
import { type FoundHandler, handledTwice } from '@minos/messaging/module';

const DECORATORS = { command: 'CommandHandler', query: 'QueryHandler' } as const;

/** What is wrong with the handlers of commands and queries that have durable names, in sentences with their cure. */
export function handlerFaults(found: readonly FoundHandler[]): string[] {
  const places = new Map<string, string>();
  return found.flatMap(({ kind, handler, messages }) => {
    if (kind !== 'command' && kind !== 'query') return [];
    const known = messages.map(messageMetadataOf).find((metadata) => metadata !== undefined);
    if (known === undefined) return [];
    const other = places.get(known.name);
    places.set(known.name, handler);
    return [...wrongKind(kind, handler, known), ...(other === undefined ? [] : [handledTwice(known.name, other, handler)])];
  });
}

/** Durable handlers of events where nothing delivers to them: they would be called in the process, and lose what comes while it is away. */
export function undeliverableFaults(found: readonly FoundHandler[]): string[] {
  return found.flatMap(({ kind, handler, consumer }) =>
    kind === 'event' && consumer !== undefined
      ? [
          `@Consumer('${consumer.name}') on ${handler}: it needs messaging, which is off. Leave messaging: false out of the features, or take @Consumer away.`,
        ]
      : [],
  );
}

function wrongKind(kind: 'command' | 'query', handler: string, { kind: actual, name, target }: MessageMetadata): string[] {
  if (actual === kind) return [];
  const cure = actual === 'event' ? 'EventsHandler' : DECORATORS[actual];
  return [
    `@${DECORATORS[kind]}(${target.name}) on ${handler}: ${name} is ${actual === 'event' ? 'an' : 'a'} ${actual}. Write @${cure}(${target.name}).`,
  ];
}
