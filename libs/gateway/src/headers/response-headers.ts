import { isTrustedWord } from './header-kinds.js';

const DROPPED = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
  'trailer',
  'server',
  'x-powered-by',
  'x-aspnet-version',
  'x-aspnetmvc-version',
  'x-request-id',
  'x-correlation-id',
]);
const PUBLIC_WORDS = new Set(['minos-consistency']);
/** Who may read what is here is said by the gateway alone. */
const CORS = 'access-control-';
const MOST_SPELLINGS = 2_000;

/** Which headers of a service's answer reach the client. */
export class ResponseHeaderFilter {
  private readonly seen = new Map<string, string>();

  /** The name as the client gets it; empty where the header ends here. */
  nameOf(raw: string): string {
    const known = this.seen.get(raw);
    if (known !== undefined) return known;
    const lower = raw.toLowerCase();
    const ends = DROPPED.has(lower) || (isTrustedWord(lower) && !PUBLIC_WORDS.has(lower)) || lower.startsWith(CORS);
    const name = ends ? '' : raw;
    if (this.seen.size < MOST_SPELLINGS) this.seen.set(raw, name);
    return name;
  }
}
