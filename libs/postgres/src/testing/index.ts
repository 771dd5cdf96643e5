export { commandLine, type CommandLineAnswer, type CommandLineOptions } from './command-line.js';
export { cuttingProxy } from './cutting-proxy.js';
export type { Cut, CutOptions, CuttingProxy } from './cutting-proxy.js';
export { pausingProxy } from './pausing-proxy.js';
export type { PausingProxy } from './pausing-proxy.js';
export { createTestDatabase } from './test-database.js';
export type { TestDatabase, TestDatabaseOptions } from './test-database.js';
