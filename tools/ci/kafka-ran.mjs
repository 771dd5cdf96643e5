// @ts-check
// Fails where specs for a real Apache Kafka were left out. Usage: node tools/ci/kafka-ran.mjs <what Jest wrote with --json>
import { readFileSync } from 'node:fs';

const file = process.argv[2];
if (file === undefined) throw new Error('Usage: node tools/ci/kafka-ran.mjs <file>');
/** @type {{ testResults: { name: string, assertionResults: { title: string, fullName: string, status: string }[] }[] }} */
const { testResults } = JSON.parse(readFileSync(file, 'utf8'));
const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
const leftOut = tests.filter(({ title }) => title.startsWith('left out: '));
const ran = tests.filter(({ fullName, status }) => /kafka/i.test(fullName) && status === 'passed');
for (const { title } of leftOut) console.log(title);
console.log(`${ran.length} tests on Apache Kafka passed, ${leftOut.length} groups left out`);
if (leftOut.length > 0 || ran.length === 0) process.exitCode = 1;
