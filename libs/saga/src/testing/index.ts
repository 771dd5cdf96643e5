export { expectSagasKept, type ExpectSagasOptions } from './expect-sagas-kept.js';
export { sagaStoreContract } from './saga-store.contract.js';
export type { SagaStoreUnderTest } from './saga-store-scene.js';
export { CrashReport, type CrashPlace, type CrashRun, type RunEnd } from './crash/crash-report.js';
export { exploreCrashes, type ExploreCrashesOptions, type ExploreProgress } from './crash/explore-crashes.js';
export type { CrashScenario, ScenarioGround } from './crash/crash-scenario.js';
export { MortalProcess, type MortalProcessOptions } from './crash/mortal-process.js';
export { withCrashPoints } from './crash/with-crash-points.js';
export type { GivenSaga } from './service/carried.js';
export { MemoryService, type MemoryServiceOptions } from './service/memory-service.js';
export {
  handles,
  startMemoryService,
  type HandledCommand,
  type HandlerGround,
  type MemoryServiceParts,
} from './service/start-memory-service.js';
export { CommandExpectation, LocalExpectation, RunningLocal, SentCommand, type Answer } from './story/expectations.js';
export { sagaStory, SagaStory, type SagaStoryOptions, type StrayAnswer } from './story/saga-story.js';
export { resourceStoreContract, type ResourceStoreUnderTest } from './resource-store.contract.js';
export { ContentionRecord, ResourceContention, type Contender, type ContentionOptions } from './resource-contention.js';
