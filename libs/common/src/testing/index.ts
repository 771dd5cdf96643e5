export { expectNamesKept, type ExpectNamesOptions } from './expect-names-kept.js';
export { FixedIds } from './fixed-ids.js';
export { VirtualClock } from './virtual-clock.js';
