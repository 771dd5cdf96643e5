export {
  BrokerClosedError,
  BrokerUnavailableError,
  ChannelPartitionsChangedError,
  ChannelUnknownError,
  MessageUnpublishableError,
} from './errors/broker.errors.js';
