import { templateFault } from '../../routes/path-template.js';

/**
 * The templates for a path as Express 5 or Fastify reads it: `:id` is `{id}`, `*rest` at the end `{rest...}`, and what is optional (`{/:id}`, `:id?`) makes two. Answers
 * none where a path cannot be said in this way: a wildcard that is not at the end.
 */
export function templatesOf(path: string): readonly string[] {
  const variants = expand(path).flatMap(optionalParameters);
  const templates = variants.map((variant) => normalise(variant).split('/').map(segment).join('/'));
  return [...new Set(templates)].filter((template) => templateFault(template) === undefined);
}

/** With and without each group in braces, which may hold others. */
function expand(path: string): readonly string[] {
  const open = path.search(/(?<!\\)\{/);
  if (open < 0) return [path];
  let depth = 0;
  for (let at = open; at < path.length; at++) {
    if (path[at] === '{') depth++;
    if (path[at] === '}') depth--;
    if (depth > 0) continue;
    const [before, inside, after] = [path.slice(0, open), path.slice(open + 1, at), path.slice(at + 1)];
    return [`${before}${inside}${after}`, `${before}${after}`].flatMap(expand);
  }
  return [path];
}

/** Fastify's `:id?` at the end. */
function optionalParameters(path: string): readonly string[] {
  const optional = /\/:\w+\?$/.exec(path);
  return optional === null ? [path] : [path.slice(0, -1), path.slice(0, optional.index) || '/'];
}

function normalise(path: string): string {
  const single = `/${path}`.replace(/\/+/g, '/');
  return single.length > 1 ? single.replace(/\/$/, '') : single;
}

function segment(text: string): string {
  const wildcard = /^\*(\w*)$/.exec(text);
  if (wildcard !== null) return `{${wildcard[1] === '' ? 'rest' : wildcard[1]}...}`;
  if (!/(?<!\\)[:*(]/.test(text)) return text.replace(/\\(.)/g, '$1');
  // Several parameters in one segment are one here, and a pattern is not looked at: the service itself decides.
  const names = [...text.matchAll(/:(\w+)/g)].map(([, name]) => name);
  return `{${names.join('_') || 'part'}}`;
}
