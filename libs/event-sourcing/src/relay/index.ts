export { eventMessage, type EventChannel } from './event-message.js';
export { eventPublisher, type EventPublisherOptions } from './event-publisher.js';
export { EventUnpublishableError } from './relay.errors.js';
