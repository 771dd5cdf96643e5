const PARAMETER = /^\{([A-Za-z_][A-Za-z0-9_]*)(\.\.\.)?\}$/;
/** What RFC 3986 allows in a segment unencoded, without `%`: one path has one spelling. */
const LITERAL = /^[A-Za-z0-9\-._~!$&'()*+,;=:@]+$/;

/** What is wrong with a template such as `/orders/{id}/events`, in words that follow its name; `undefined` where nothing is. */
export function templateFault(path: string): string | undefined {
  if (path === '/') return undefined;
  if (!path.startsWith('/')) return 'does not begin with /';
  const segments = path.slice(1).split('/');
  for (const [index, segment] of segments.entries()) {
    const fault = segmentFault(segment, index === segments.length - 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function segmentFault(segment: string, last: boolean): string | undefined {
  if (segment === '') return 'has an empty segment';
  if (segment === '.' || segment === '..') return `has the segment ${segment}`;
  const parameter = PARAMETER.exec(segment);
  if (parameter !== null) return parameter[2] !== undefined && !last ? `goes on behind ${segment}` : undefined;
  return LITERAL.test(segment) ? undefined : `has the segment "${segment}", which is neither plain text nor {name} or {name...}`;
}

/** The template without the names of its parameters and the case of its letters: two templates of one shape match the same paths, and the gateway gives them to one service. */
export function shapeOf(path: string): string {
  return path.replace(/\{[^}.]*(\.\.\.)?\}/g, '{$1}').toLowerCase();
}

/** What every service has for itself: never routes for the outside, at the registry and at the gateway alike. In small letters; each with all below it, and where it ends in `*` also what goes on with other letters. */
export const OWN_PATHS: readonly string[] = Object.freeze(['/health', '/metrics', '/docs*', '/minos', '/registry']);

/** Whether the path is one of {@link OWN_PATHS}, whatever the case of its letters. */
export function isOwnPath(path: string): boolean {
  const first = `/${path.split('/')[1] ?? ''}`.toLowerCase();
  return OWN_PATHS.some((own) => (own.endsWith('*') ? first.startsWith(own.slice(0, -1)) : first === own));
}
