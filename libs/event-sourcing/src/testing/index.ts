export { aggregateRepositoryContract, type AggregateRepositoryUnderTest } from './aggregate-repository.contract.js';
export { checkpointStoreContract, type CheckpointStoreUnderTest } from './checkpoint-store.contract.js';
export { eventFeedContract, type EventFeedUnderTest } from './event-feed.contract.js';
export { eventStoreContract, type EventStoreFeatures, type EventStoreUnderTest } from './event-store.contract.js';
export { snapshotStoreContract, type SnapshotStoreUnderTest } from './snapshot-store.contract.js';
export { createScenario, Scenario, ScenarioOutcome, type ScenarioOptions } from './scenario.js';
export { AggregateGiven, AggregateOutcome, testAggregate, type TestAggregateOptions } from './test-aggregate.js';
