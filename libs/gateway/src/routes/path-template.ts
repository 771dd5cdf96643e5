import { shapeOf } from '@minos/discovery';

/** A segment of a template: a literal, any one segment, or at the end all that is left, at least one. */
export type TemplateSegment =
  { readonly kind: 'literal'; readonly text: string } | { readonly kind: 'parameter' | 'rest'; readonly name: string };

export interface PathTemplate {
  /** As it was written. */
  readonly path: string;
  readonly segments: readonly TemplateSegment[];
  /** As the registry gives paths to services: the same for all templates that fit the same paths. */
  readonly shape: string;
}

/** Deeper templates are refused, since a walk over alternatives could take too long. */
const MOST_SEGMENTS = 32;
const LONGEST = 1_024;
const PLACEHOLDER = /^\{([A-Za-z_][\w-]*)(\.\.\.)?\}$/;
const NO_LITERAL = /[{}\\\u0000-\u001f\u007f]/;

/** Reads `/orders/{id}` and `/files/{path...}`; or says what is wrong, as the end of a sentence that begins with the path. */
export function parseTemplate(path: string): PathTemplate | string {
  if (!path.startsWith('/')) return 'does not begin with a slash';
  if (path.length > LONGEST) return `is longer than ${LONGEST} characters`;
  const texts = path === '/' ? [] : path.slice(1).replace(/\/$/, '').split('/');
  if (texts.length > MOST_SEGMENTS) return `has more than ${MOST_SEGMENTS} segments`;
  const segments: TemplateSegment[] = [];
  for (const [index, text] of texts.entries()) {
    const segment = parseSegment(text);
    if (typeof segment === 'string') return segment;
    if (segment.kind === 'rest' && index < texts.length - 1) return `has "${text}" before its end`;
    segments.push(segment);
  }
  const names = segments.flatMap((segment) => (segment.kind === 'literal' ? [] : [segment.name]));
  if (new Set(names).size < names.length) return 'names a parameter twice';
  return { path, segments, shape: shapeOf(`/${texts.join('/')}`) };
}

function parseSegment(text: string): TemplateSegment | string {
  const [, name, rest] = PLACEHOLDER.exec(text) ?? [];
  if (name !== undefined) return { kind: rest === undefined ? 'parameter' : 'rest', name };
  if (text === '' || text === '.' || text === '..') return 'has a segment that is empty, "." or ".."';
  if (NO_LITERAL.test(text)) return `has the segment ${JSON.stringify(text)}, which is neither plain text nor {name} or {name...}`;
  return { kind: 'literal', text };
}
