// @ts-check
// The last line of a bench is one JSON object. Usage: node tools/ci/bench-line.mjs <log>
import { readFileSync } from 'node:fs';

const file = process.argv[2];
if (file === undefined) throw new Error('Usage: node tools/ci/bench-line.mjs <log>');
const last = readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) ?? '';
const { bench, figures } = JSON.parse(last);
if (typeof bench !== 'string' || Object.keys(figures).length === 0) throw new Error(`not the line of a bench: ${last}`);
