// @ts-check
// Adds up what Jest wrote with --json. Usage: node tools/ci/test-counts.mjs <file>…
import { existsSync, readFileSync } from 'node:fs';

const results = process.argv
  .slice(2)
  .filter((file) => existsSync(file))
  .map((file) => JSON.parse(readFileSync(file, 'utf8')));
/** @param {string} key */
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
for (const result of results) {
  for (const suite of result.testResults) if (suite.status === 'failed') console.log(`failed: ${suite.name}`);
}
if (results.length > 0)
  console.log(`tests: ${sum('numPassedTests')} passed, ${sum('numFailedTests')} failed, ${sum('numPendingTests')} skipped`);
