/**
 * The cookies that services may see. The browser sends every cookie of the host to every service behind it, so only those that are named go on. `undefined` where none is left.
 */
export function cookiesFor(cookie: string | undefined, allowed: ReadonlySet<string> | 'all'): string | undefined {
  if (cookie === undefined || allowed === 'all') return cookie;
  if (allowed.size === 0) return undefined;
  const kept = cookie
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => allowed.has(pair.slice(0, Math.max(0, pair.indexOf('='))).trim()));
  return kept.length === 0 ? undefined : kept.join('; ');
}
