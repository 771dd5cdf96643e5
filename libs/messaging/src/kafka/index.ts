export { KafkaBroker } from './kafka-broker.js';
export { KafkaPackageMissingError } from './client/kafka.errors.js';
export type { KafkaBrokerOptions, KafkaSocketFactory, KafkaUser } from './kafka-broker.options.js';
