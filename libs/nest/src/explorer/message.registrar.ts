import { isMinosError, type MessageClass, type MessageRegistry } from '@minos/common';
import { durableNameOf, type FoundHandler } from '@minos/messaging/module';

/** What came of binding the handlers of an application. */
export interface BoundHandlers {
  /** Classes that @nestjs/cqrs handles and that have no durable name: they never leave the process. */
  readonly unnamed: readonly string[];
  /** What keeps the application from starting. */
  readonly faults: readonly string[];
}

/** Makes the messages that handlers name known. A class without a name is fine, as in @nestjs/cqrs; it is listed. */
export function bindHandlers(registry: MessageRegistry, handlers: readonly FoundHandler[]): BoundHandlers {
  const unnamed = new Set<string>();
  const faults: string[] = [];
  for (const message of handlers.flatMap(({ messages }) => messages)) {
    if (durableNameOf(message) === undefined) unnamed.add(message.name);
    else faults.push(...register(registry, message));
  }
  return { unnamed: [...unnamed].sort(), faults };
}

function register(registry: MessageRegistry, message: MessageClass): string[] {
  try {
    registry.register(message);
    return [];
  } catch (error) {
    if (!isMinosError(error)) throw error;
    return [error.message];
  }
}
