// @ts-check
// Adds up what Jest wrote with --json, and says of each failed test once more why: whoever sees only the end of the output sees it. Usage: node tools/ci/test-counts.mjs <file>…
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { ROOT } from '../files.mjs';

/** Of a message: what was expected and got, and the line of the spec. */
const LINES = 20;

/**
 * @typedef {{ fullName: string, status: string, failureMessages?: string[] | null }} Test
 * @typedef {{ name: string, status: string, message: string, assertionResults: Test[] }} Suite
 * @typedef {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, testResults: Suite[] }} Result
 */

/** @type {Result[]} */
const results = process.argv
  .slice(2)
  .filter((file) => existsSync(file))
  .map((file) => JSON.parse(readFileSync(file, 'utf8')));

/** @param {string} message */
function shortened(message) {
  const lines = message.split('\n').filter((line) => line.trim() !== '' && !line.includes('node_modules'));
  return lines.slice(0, LINES).join('\n    ');
}

/** A suite that did not come to its tests has a message of its own. @param {Suite} suite */
function reasons({ name, message, assertionResults }) {
  const file = relative(ROOT, name);
  const tests = assertionResults.filter(({ status }) => status === 'failed');
  if (tests.length === 0) return [`failed: ${file}\n    ${shortened(message)}`];
  return tests.map(
    ({ fullName, failureMessages }) => `failed: ${file} › ${fullName}\n    ${shortened((failureMessages ?? []).join('\n'))}`,
  );
}

for (const { testResults } of results) {
  for (const suite of testResults) if (suite.status === 'failed') for (const reason of reasons(suite)) console.log(reason);
}
/** @param {'numPassedTests' | 'numFailedTests' | 'numPendingTests'} key */
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
if (results.length > 0)
  console.log(`tests: ${sum('numPassedTests')} passed, ${sum('numFailedTests')} failed, ${sum('numPendingTests')} skipped`);
