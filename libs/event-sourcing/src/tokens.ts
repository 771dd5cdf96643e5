/** Injection tokens of the event-sourcing ports. */
export const EVENT_STORE = Symbol.for('@minos/event-sourcing/event-store');
export const EVENT_FEED = Symbol.for('@minos/event-sourcing/event-feed');
export const CHECKPOINT_STORE = Symbol.for('@minos/event-sourcing/checkpoint-store');
export const SNAPSHOT_STORE = Symbol.for('@minos/event-sourcing/snapshot-store');
export const EVENT_SERIALIZER = Symbol.for('@minos/event-sourcing/event-serializer');
export const UPCASTERS = Symbol.for('@minos/event-sourcing/upcasters');
