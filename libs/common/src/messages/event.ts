import { messageDecorator, type EventOptions, type MessageDecorator } from './message-decorator.js';

/** Something that happened. Any class with `@Event('order.placed')` is an event; extending `Event` adds nothing. */
export type Event = object;

/** Called it decorates (`@Event('order.placed', { version: 1 })`), extended it is the base class. */
export interface EventConstructor {
  new (): Event;
  (name: string, options?: EventOptions): MessageDecorator;
}

function event(name: string, options?: EventOptions): MessageDecorator | undefined {
  return new.target ? undefined : messageDecorator('event', name, options);
}
Object.defineProperty(event, 'name', { value: 'Event' });

// The one cast: a plain function may be both called (decorator) and extended (base class); a class may not be called.
export const Event = event as unknown as EventConstructor;
