import type { CORS_FIELDS } from './cors.options.js';
import type { ResolvedOptions } from '@minos/common';

export type CorsSettings = ResolvedOptions<typeof CORS_FIELDS>;

/** Says to browsers which pages may read what is here. The origins that services name for themselves do not count: the client is at our door, not at theirs. */
export class Cors {
  private readonly any: boolean;

  constructor(private readonly settings: CorsSettings) {
    this.any = settings.origins.has('*');
  }

  /** Whether pages of `origin` may. */
  allows(origin: string): boolean {
    return this.any || this.settings.origins.has(origin);
  }

  /** Names and values in turn for an answer to a page of `origin`. */
  headers(origin: string | undefined): readonly string[] {
    if (this.settings.origins.size === 0) return NONE;
    if (origin === undefined || !this.allows(origin)) return this.any ? NONE : VARY;
    const { exposed } = this.settings;
    return [...this.allowOrigin(origin), 'Access-Control-Expose-Headers', exposed.join(', ')];
  }

  /** The answer to a preflight: 204 with these. An origin that may not gets none of them, and the browser gives up. */
  preflight(origin: string): readonly string[] {
    if (this.settings.origins.size === 0 || !this.allows(origin)) return VARY;
    const { methods, headers, maxAge } = this.settings;
    return [
      ...this.allowOrigin(origin),
      'Access-Control-Allow-Methods',
      methods.join(', '),
      'Access-Control-Allow-Headers',
      headers.join(', '),
      'Access-Control-Max-Age',
      String(Math.floor(maxAge / 1000)),
    ];
  }

  /** With credentials the wildcard would be refused by browsers, and naming whoever asks would open the door to all. */
  private allowOrigin(origin: string): readonly string[] {
    if (this.any) return ['Access-Control-Allow-Origin', '*'];
    const credentials = this.settings.credentials ? ['Access-Control-Allow-Credentials', 'true'] : [];
    return ['Access-Control-Allow-Origin', origin, ...VARY, ...credentials];
  }
}

const NONE: readonly string[] = [];
const VARY: readonly string[] = ['Vary', 'Origin'];
