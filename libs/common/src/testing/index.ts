export { describeClock, type ClockHarness } from './clock.suite.js';
export { expectNamesKept, type ExpectNamesOptions } from './expect-names-kept.js';
export { FixedIds } from './fixed-ids.js';
export { describeIdGenerator } from './id-generator.suite.js';
export { describeIdempotencyStore, type IdempotencyHarness } from './idempotency-store.suite.js';
export { describeLeases, type LeasesHarness } from './leases.suite.js';
export { testRunner, type TestRunner } from './test-runner.js';
export { VirtualClock } from './virtual-clock.js';
