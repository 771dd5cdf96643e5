// What the sources and docs/errors.md say about error codes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, listFiles } from '../files.mjs';

/** @typedef {{ code: string, package: string, retryable: string, where: string }} ErrorCode */

const CODE = /\bcode(?::\s*[^=;\n]+)?\s*=\s*'([A-Z][A-Z0-9_]*)'/;
const RETRYABLE = /\bretryable(?::\s*boolean)?\s*=\s*(true|false)/;
/** A closed union of codes that one class takes in its constructor, and which of them it says to be retryable. */
const UNION = /type \w+ErrorCode =([\s|'A-Z0-9_]+);/;
const UNION_RETRYABLE = /this\.retryable = (code === .*);/;
const ROW = /^\|\s*`?([A-Z][A-Z0-9_]*)`?\s*\|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|\s*$/;

const isSource = (path) => /^libs\/[^/]+\/src\/.*\.ts$/.test(path) && !/\.spec\.ts$/.test(path);

/**
 * The codes of the error classes in a source file: one per class, or the union that one class takes.
 * @param {string} path
 * @param {string} text
 * @returns {ErrorCode[]}
 */
export function codesIn(path, text) {
  const classes = codesOfClasses(path, text);
  return classes.length > 0 ? classes : codesOfUnion(path, text);
}

/** @returns {ErrorCode[]} */
function codesOfUnion(path, text) {
  const retryable = literals(UNION_RETRYABLE.exec(text)?.[1]);
  return literals(UNION.exec(text)?.[1]).map((code) => entry(path, code, retryable.includes(code)));
}

function literals(text = '') {
  return [...text.matchAll(/'([A-Z0-9_]+)'/g)].map((match) => match[1]);
}

/** @returns {ErrorCode} */
function entry(path, code, retryable) {
  return { code, package: path.split('/')[1] ?? '', retryable: retryable ? 'yes' : 'no', where: path };
}

/** @returns {ErrorCode[]} */
function codesOfClasses(path, text) {
  return text.split(/^(?=export (?:abstract )?class )/m).flatMap((part) => {
    const code = CODE.exec(part)?.[1];
    const retryable = RETRYABLE.exec(part)?.[1];
    if (code === undefined || retryable === undefined) return [];
    return [entry(path, code, retryable === 'true')];
  });
}

/** @returns {ErrorCode[]} */
export function codesOfSources() {
  return listFiles(isSource, 'libs').flatMap((path) => codesIn(path, readFileSync(join(ROOT, path), 'utf8')));
}

/**
 * The rows of the table, in its order.
 * @param {string} markdown
 */
export function rowsOf(markdown) {
  return markdown.split('\n').flatMap((line) => {
    const [, code, name, retryable, when, advice] = ROW.exec(line)?.map((cell) => cell.trim()) ?? [];
    return code === undefined ? [] : [{ code, package: name.replaceAll('`', '').replace('@minos/', ''), retryable, when, advice }];
  });
}

/**
 * Everything in which table and sources differ, as sentences.
 * @param {readonly ErrorCode[]} codes
 * @param {string} markdown
 * @returns {string[]}
 */
export function differences(codes, markdown) {
  const rows = rowsOf(markdown);
  const listed = rows.map((row) => row.code);
  const twice = listed.filter((code, index) => listed.indexOf(code) !== index).map((code) => `${code} is listed twice`);
  const stale = listed
    .filter((code) => !codes.some((known) => known.code === code))
    .map((code) => `${code} is listed, but no class has it`);
  const unsorted = listed.filter((code, index) => index > 0 && code < listed[index - 1]).map((code) => `${code} is listed out of order`);
  const empty = rows.filter((row) => row.when === '' || row.advice === '').map((row) => `${row.code} lacks when it happens or what to do`);
  return [...twice, ...stale, ...unsorted, ...empty, ...codes.flatMap((code) => fault(code, rows))];
}

function fault(known, rows) {
  const row = rows.find((candidate) => candidate.code === known.code);
  if (row === undefined) return [`${known.code} (${known.where}) is not listed`];
  if (row.package !== known.package) return [`${known.code} is listed for ${row.package}, but stands in ${known.where}`];
  return row.retryable === known.retryable
    ? []
    : [`${known.code} is listed with retryable "${row.retryable}", but its class says "${known.retryable}"`];
}
