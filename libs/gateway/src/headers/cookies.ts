/** Names of cookies: whole ones, and with `*` at their end all that begin so. */
export class CookieNames {
  private readonly whole: ReadonlySet<string>;
  private readonly beginnings: readonly string[];

  constructor(names: readonly string[]) {
    this.whole = new Set(names.filter((name) => !name.endsWith('*')));
    this.beginnings = names.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
  }

  has(name: string): boolean {
    return this.whole.has(name) || this.beginnings.some((beginning) => name.startsWith(beginning));
  }
}

/**
 * The cookies that services may see. The browser sends every cookie of the host to every service behind it, so only those that are named go on. `undefined` where none is left.
 */
export function cookiesFor(cookie: string | undefined, allowed: CookieNames | 'all'): string | undefined {
  if (cookie === undefined || allowed === 'all') return cookie;
  const kept = cookie
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => allowed.has(pair.slice(0, Math.max(0, pair.indexOf('='))).trim()));
  return kept.length === 0 ? undefined : kept.join('; ');
}
