// @ts-check
// The suites that take longest, of what Jest wrote with --json: for each all of its time, that of its tests, and their number. Usage: node tools/jest/slowest.mjs <file> [how many]
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { ROOT } from '../files.mjs';

const [file, count = '30'] = process.argv.slice(2);
if (file === undefined) throw new Error('Usage: node tools/jest/slowest.mjs <file> [how many]');
/** @type {{ testResults: { name: string, startTime: number, endTime: number, assertionResults: { duration?: number | null }[] }[] }} */
const { testResults } = JSON.parse(readFileSync(file, 'utf8'));
const suites = testResults.map(({ name, startTime, endTime, assertionResults }) => ({
  name: relative(ROOT, name),
  all: (endTime - startTime) / 1_000,
  tests: assertionResults.reduce((sum, { duration }) => sum + (duration ?? 0), 0) / 1_000,
  number: assertionResults.length,
}));
/** @param {number} value */
const seconds = (value) => value.toFixed(1).padStart(8);
console.log('   all s  tests s  tests  suite');
for (const { name, all, tests, number } of suites.sort((one, other) => other.all - one.all).slice(0, Number(count)))
  console.log(`${seconds(all)} ${seconds(tests)} ${String(number).padStart(6)}  ${name}`);
const [all, tests] = [suites.reduce((sum, suite) => sum + suite.all, 0), suites.reduce((sum, suite) => sum + suite.tests, 0)];
console.log(
  `${seconds(all)} ${seconds(tests)}         ${suites.length} suites; what is not tests is loading, and what is done before and after all`,
);
