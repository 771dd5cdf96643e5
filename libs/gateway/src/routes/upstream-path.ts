import type { PathRewrite, Route } from '../contracts/routes.js';

/** What may stand in a segment as it is: `pchar` of RFC 3986 but for `;`, behind which some servers see no path any more. */
const PLAIN = /^[\w.~!$&'()*+,=:@-]*$/;
const ENCODED = /%(?:21|24|26|27|28|29|2A|2B|2C|3D|3A|40)/g;

/**
 * The path that the service of a route is asked for: of one spelling for each list of segments, so that a service cannot read another path than the one that was authorised. `segments` are those that the
 * route was matched with.
 */
export function upstreamPath({ rewrite }: Pick<Route, 'rewrite'>, segments: readonly string[]): string {
  const parts = rewrite === undefined ? segments : rewritten(rewrite, segments);
  let path = '';
  for (const part of parts) path += `/${PLAIN.test(part) ? part : encoded(part)}`;
  return path === '' ? '/' : path;
}

function rewritten(rewrite: PathRewrite, segments: readonly string[]): readonly string[] {
  return rewrite.flatMap((part) => {
    if (typeof part === 'string') return part;
    return typeof part === 'number' ? (segments[part] ?? []) : segments.slice(part.from);
  });
}

function encoded(part: string): string {
  return encodeURIComponent(part).replace(ENCODED, decodeURIComponent);
}

/** The values of the parameters of a template such as `/orders/{id}`, by name; the rest is a list. */
export function parametersOf(
  { path }: Pick<Route, 'path'>,
  segments: readonly string[],
): Readonly<Record<string, string | readonly string[]>> {
  const entries = path
    .split('/')
    .slice(1)
    .flatMap((text, at): [string, string | readonly string[]][] => {
      if (!text.startsWith('{')) return [];
      return text.endsWith('...}') ? [[text.slice(1, -4), segments.slice(at)]] : [[text.slice(1, -1), segments[at] ?? '']];
    });
  return Object.fromEntries(entries);
}
