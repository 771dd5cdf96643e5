export { brokerContract } from './broker.contract.js';
export type { BrokerUnderTest } from './broker-scene.js';
export { FaultyBroker, type FaultCounts, type FaultyBrokerOptions } from './faulty-broker.js';
export { outboxStoreContract, type OutboxStoreUnderTest } from './outbox-store.contract.js';
export { inboxStoreContract, type InboxStoreUnderTest } from './inbox-store.contract.js';
export { suspectStoreContract, type SuspectStoreUnderTest } from './suspect-store.contract.js';
export { parkedStoreContract, type ParkedStoreUnderTest } from './parked-store.contract.js';
