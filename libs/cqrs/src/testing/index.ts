export { createHandlerScenario, HandlerScenario, type HandlerScenarioOptions } from './handler-scenario.js';
export { HandlerOutcome } from './handler-outcome.js';
export type { RemoteAnswer } from './remote-answers.js';
export type { SentMessage } from './sent-messages.js';
export { ProjectionScenario, testProjection, type TestProjectionOptions } from './test-projection.js';
export { viewStoreContract, type ViewStoreSubject } from './view-store.contract.js';
