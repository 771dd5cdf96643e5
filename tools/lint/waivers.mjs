// @ts-check
// At most five places in the repository may step out of a lint rule, each on one line and with its reason.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, listFiles } from '../files.mjs';

export const LIMIT = 5;

const WAIVER = /eslint-disable|eslint-enable|prettier-ignore|depcruise-disable|@ts-(?:ignore|nocheck)/;
const REASONED = /eslint-disable-(?:next-)?line \S.* -- \S/;

/**
 * @param {string} path
 * @param {string} text
 * @returns {{ place: string, reasoned: boolean }[]}
 */
export function waiversIn(path, text) {
  return text
    .split('\n')
    .flatMap((line, index) => (WAIVER.test(line) ? [{ place: `${path}:${index + 1}`, reasoned: REASONED.test(line) }] : []));
}

/** @returns {{ place: string, reasoned: boolean }[]} */
export function findWaivers() {
  const sources = listFiles((path) => /\.(?:[cm]?[jt]s|json|md|ya?ml)$/.test(path) && !path.startsWith('tools/lint/'));
  return sources.flatMap((path) => waiversIn(path, readFileSync(join(ROOT, path), 'utf8')));
}

function main() {
  const waivers = findWaivers();
  const bare = waivers.filter((waiver) => !waiver.reasoned);
  for (const { place } of bare)
    console.error(`${place}: a waiver is one line with a rule and a reason: // eslint-disable-next-line <rule> -- <why>`);
  if (waivers.length > LIMIT)
    console.error(`${waivers.length} lint waivers, at most ${LIMIT} are allowed:\n  ${waivers.map((waiver) => waiver.place).join('\n  ')}`);
  if (bare.length > 0 || waivers.length > LIMIT) process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
