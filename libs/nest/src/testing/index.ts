export { createTestingApp } from './create-testing-app.js';
export type { TestingApp, TestingAppOptions } from './create-testing-app.js';
export { TestingHttp } from './testing-http.js';
export type { TestingAnswer } from './testing-http.js';
export { createTestingSystem } from './create-testing-system.js';
export type { TestingSystem, TestingSystemOptions } from './create-testing-system.js';
