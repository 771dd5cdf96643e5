export { ChannelKeeper } from './channel-keeper.js';
export { Consumers } from './consumers.js';
export type { ConsumerPlan } from './handler.registrar.js';
export { handledTwice } from '../handlers/handled-twice.js';
export { HandlerChain } from './handler-chain.js';
export { durableNameOf, HandlerExplorer, type FoundHandler } from './handler.explorer.js';
export {
  BrokerNotConfiguredError,
  HandlersInvalidError,
  MessagingStorageMissingError,
  SigningKeysMissingError,
} from './messaging.errors.js';
export { MessagingModule } from './messaging.module.js';
export { MESSAGING_OPTIONS } from './messaging.module-definition.js';
export type { BrokerChoice, ChannelChoice, ConsumerChoice, MessagingModuleOptions, MessagingSettings } from './messaging.options.js';
export type { MessagingStorage } from './messaging-storage.js';
export type { OpenedBroker } from './open-broker.js';
export type { ServiceTrust } from './open-trust.js';
export {
  BROKER,
  MESSAGE_AUTHORIZER,
  MESSAGE_METRICS,
  MESSAGING_SETTINGS,
  MESSAGING_STORAGE,
  OPENED_BROKER,
  SERVICE_TRUST,
} from './tokens.js';
