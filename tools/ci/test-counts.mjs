// @ts-check
// Adds up what Jest wrote with --json, and says once more why tests failed: whoever sees only the end of the output sees it. Usage: node tools/ci/test-counts.mjs <file>…
import { existsSync, readFileSync } from 'node:fs';
import { failedTests } from './failed-tests.mjs';

/**
 * @typedef {import('./failed-tests.mjs').Suite} Suite
 * @typedef {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, testResults: Suite[] }} Result
 */

/** @type {Result[]} */
const results = process.argv
  .slice(2)
  .filter((file) => existsSync(file))
  .map((file) => JSON.parse(readFileSync(file, 'utf8')));

for (const failed of results.flatMap(({ testResults }) => testResults.flatMap(failedTests))) console.log(`failed: ${failed}`);
/** @param {'numPassedTests' | 'numFailedTests' | 'numPendingTests'} key */
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
if (results.length > 0)
  console.log(`tests: ${sum('numPassedTests')} passed, ${sum('numFailedTests')} failed, ${sum('numPendingTests')} skipped`);
