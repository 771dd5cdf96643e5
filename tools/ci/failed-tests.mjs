// @ts-check
import { relative } from 'node:path';
import { ROOT } from '../files.mjs';

/** Of a message: what was expected and got, and the line of the spec. */
const LINES = 30;

/**
 * @typedef {{ fullName: string, status: string, failureMessages?: string[] | null }} Test
 * @typedef {{ name: string, status: string, message: string, assertionResults: Test[] }} Suite
 */

/** @param {string} message */
function shortened(message) {
  const lines = message.split('\n').filter((line) => line.trim() !== '' && !line.includes('node_modules'));
  return lines.slice(0, LINES).join('\n    ');
}

/**
 * Which tests of a suite failed, and why; a suite that did not come to its tests has a message of its own.
 * @param {Suite} suite as Jest writes it with --json
 * @returns {string[]}
 */
export function failedTests({ name, status, message, assertionResults }) {
  if (status !== 'failed') return [];
  const file = relative(ROOT, name);
  const tests = assertionResults.filter((test) => test.status === 'failed');
  if (tests.length === 0) return [`${file}\n    ${shortened(message)}`];
  return tests.map(({ fullName, failureMessages }) => `${file} › ${fullName}\n    ${shortened((failureMessages ?? []).join('\n'))}`);
}
