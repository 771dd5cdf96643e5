// @ts-check
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../files.mjs';
import { faultsOf, listDocuments, rewrite } from './snippets.mjs';

const write = process.argv.includes('--write');
const faults = listDocuments().flatMap((document) => {
  const path = join(ROOT, document);
  const before = readFileSync(path, 'utf8');
  if (!write) return faultsOf(document, before);
  const after = rewrite(before);
  if (after !== before) writeFileSync(path, after);
  return faultsOf(document, after);
});
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
