/** The broker that the service talks through: what is published through it is sealed. */
export const BROKER = Symbol.for('@minos/messaging/broker');
/** The opened broker with what made it. */
export const OPENED_BROKER = Symbol.for('@minos/messaging/opened-broker');
/** Outbox, inbox, suspects, parked keys and leases of the service. */
export const MESSAGING_STORAGE = Symbol.for('@minos/messaging/storage');
/** The options with the defaults filled in. */
export const MESSAGING_SETTINGS = Symbol.for('@minos/messaging/settings');
/** Where figures about messages go: a `MessageMetrics`. */
export const MESSAGE_METRICS = Symbol.for('@minos/messaging/message-metrics');
/** Asked for every message: a `MessageAuthorizer`. */
export const MESSAGE_AUTHORIZER = Symbol.for('@minos/messaging/message-authorizer');
/** How the service proves what it says, and what it believes. */
export const SERVICE_TRUST = Symbol.for('@minos/messaging/service-trust');
/** The messages that the application knows: those of its features, or, without event sourcing, a registry of its own. */
export const KNOWN_MESSAGES = Symbol.for('@minos/messaging/known-messages');
