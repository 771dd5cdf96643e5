// @ts-check
// Code blocks of the documentation are copies of named regions of compiled, tested files.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, listFiles } from '../files.mjs';

const MARK = /^<!-- snippet: (\S+?)#(\S+) -->$/;
const FENCE = /^```/;

/** @typedef {{ line: number, source: string, region: string, language: string, from: number, to: number, body: string }} Snippet */

/**
 * The lines between `// #region <name>` and its `// #endregion`, without the indentation that all share and without inner marks.
 * @param {string} text
 * @param {string} name
 * @returns {string | undefined}
 */
export function regionOf(text, name) {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.trim() === `// #region ${name}`);
  if (start < 0) return undefined;
  let depth = 1;
  let end = start + 1;
  for (; end < lines.length; end += 1) {
    const line = (lines[end] ?? '').trim();
    if (line.startsWith('// #region ')) depth += 1;
    if (line.startsWith('// #endregion')) depth -= 1;
    if (depth === 0) break;
  }
  if (depth > 0) return undefined;
  const body = lines.slice(start + 1, end).filter((line) => !/^\/\/ #(?:end)?region/.test(line.trim()));
  const indents = body.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const indent = Math.min(...indents);
  return body
    .map((line) => line.slice(indent))
    .join('\n')
    .trim();
}

/**
 * Where snippets stand: a mark, perhaps an empty line, and the block.
 * @param {string} markdown
 * @returns {Snippet[]}
 */
export function snippetsOf(markdown) {
  const lines = markdown.split('\n');
  return lines.flatMap((line, index) => {
    const mark = MARK.exec(line.trim());
    if (!mark) return [];
    const parted = lines[index + 1] === '' && FENCE.test(lines[index + 2] ?? '');
    const from = parted ? index + 2 : index + 1;
    const length = lines.slice(from + 1).findIndex((next) => FENCE.test(next));
    const fenced = FENCE.test(lines[from] ?? '') && length >= 0;
    const to = fenced ? from + 1 + length : from;
    const body = fenced ? lines.slice(from + 1, to).join('\n') : '';
    return [{ line: index + 1, source: String(mark[1]), region: String(mark[2]), language: (lines[from] ?? '').slice(3), from, to, body }];
  });
}

/**
 * Code blocks in TypeScript that name no region: nothing proves them.
 * @param {string} markdown
 * @returns {number[]} their lines
 */
export function unprovenOf(markdown) {
  const lines = markdown.split('\n');
  return lines.flatMap((line, index) => (/^```(?:ts|typescript)\b/.test(line) && !MARK.test(markAbove(lines, index)) ? [index + 1] : []));
}

/**
 * The line above, or the one above that where the formatter has put a blank one between.
 * @param {readonly string[]} lines
 * @param {number} index
 */
function markAbove(lines, index) {
  const above = lines[index - 1] === '' ? lines[index - 2] : lines[index - 1];
  return (above ?? '').trim();
}

/**
 * @param {string} source
 * @param {string} region
 * @returns {string | undefined}
 */
function readRegion(source, region) {
  const path = join(ROOT, source);
  return existsSync(path) ? regionOf(readFileSync(path, 'utf8'), region) : undefined;
}

/**
 * @param {string} document path from the root
 * @param {string} markdown
 * @returns {string[]} what does not hold
 */
export function faultsOf(document, markdown) {
  const stale = snippetsOf(markdown).flatMap((snippet) => {
    const text = readRegion(snippet.source, snippet.region);
    const place = `${document}:${snippet.line}`;
    if (text === undefined) return [`${place}: there is no region '${snippet.region}' in ${snippet.source}`];
    return text === snippet.body ? [] : [`${place}: differs from ${snippet.source}#${snippet.region}; run: npm run snippets -- --write`];
  });
  const unproven = unprovenOf(markdown).map(
    (line) => `${document}:${line}: a TypeScript block without '<!-- snippet: path#region -->' above it`,
  );
  return [...stale, ...unproven];
}

/**
 * @param {string} markdown
 * @returns {string} with every block replaced by its region
 */
export function rewrite(markdown) {
  const lines = markdown.split('\n');
  for (const snippet of snippetsOf(markdown).reverse()) {
    const text = readRegion(snippet.source, snippet.region);
    if (text === undefined) continue;
    const language = snippet.language || 'ts';
    const fenced = snippet.to > snippet.from;
    const block = [`\`\`\`${language}`, text, '```'];
    if (fenced) lines.splice(snippet.from, snippet.to - snippet.from + 1, ...block);
    else lines.splice(snippet.from, 0, '', ...block);
  }
  return lines.join('\n');
}

/** @returns {string[]} */
export function listDocuments() {
  return listFiles((path) => path.endsWith('.md') && !path.startsWith('.') && !path.endsWith('CHANGELOG.md'));
}
