export { brokerContract } from './broker.contract.js';
export type { BrokerUnderTest } from './broker-scene.js';
