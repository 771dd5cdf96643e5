/** What the gateway does with a header of a request. */
export type HeaderKind =
  /** Goes on as it came. */
  | 'forward'
  /** Goes on, but a second one of its name makes the request ambiguous. */
  | 'single'
  /** Ends here: of the connection, of identity, or of forwarding. */
  | 'drop'
  /** Read by the gateway, and made anew for the service where it needs one. */
  | 'host'
  | 'authorization'
  | 'content-length'
  | 'transfer-encoding'
  | 'connection'
  | 'upgrade'
  | 'expect'
  | 'cookie'
  | 'correlation'
  | 'traceparent'
  | 'forwarded-for'
  | 'forwarded-proto'
  | 'forwarded-host'
  | 'origin'
  | 'idempotency-key'
  | 'accept'
  | 'accept-encoding'
  | 'preflight';

const KINDS: ReadonlyMap<string, HeaderKind> = new Map<string, HeaderKind>([
  ['host', 'host'],
  ['authorization', 'authorization'],
  ['content-length', 'content-length'],
  ['transfer-encoding', 'transfer-encoding'],
  ['connection', 'connection'],
  ['upgrade', 'upgrade'],
  ['expect', 'expect'],
  ['cookie', 'cookie'],
  ['x-correlation-id', 'correlation'],
  ['traceparent', 'traceparent'],
  ['x-forwarded-for', 'forwarded-for'],
  ['x-forwarded-proto', 'forwarded-proto'],
  ['x-forwarded-host', 'forwarded-host'],
  ['origin', 'origin'],
  ['idempotency-key', 'idempotency-key'],
  ['accept', 'accept'],
  ['accept-encoding', 'accept-encoding'],
  ['access-control-request-method', 'preflight'],
  ['content-type', 'single'],
  ['content-encoding', 'single'],
  ['minos-consistency', 'single'],
]);

/** Of one connection, or set by the gateway itself. */
const ENDS_HERE = new Set([
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'http2-settings',
  'forwarded',
  'via',
  'x-request-id',
  'client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'fastly-client-ip',
  'remote-addr',
  'remote-user',
  'from',
  'front-end-https',
  'x-host',
  'x-http-host-override',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'proxy',
  'proxy-host',
  'request-uri',
]);

/** Of what any server or framework may believe about the caller, the address or the path. */
const ENDS_HERE_PREFIXES = [
  'x-forwarded',
  'x-real-',
  'x-client-',
  'x-cluster-client-',
  'x-original-',
  'x-originating-',
  'x-remote-',
  'x-proxy-',
  'x-rewrite-',
  'x-envoy-',
  'x-amzn-',
  'x-ms-client-principal',
  'x-goog-authenticated-',
  'x-auth',
  'x-user',
  'x-role',
  'x-permission',
  'x-scope',
  'x-group',
  'x-principal',
  'x-subject',
  'x-tenant',
  'x-identity',
  'x-jwt',
  'x-token',
  'x-access-token',
  'x-service-',
  'x-internal-',
  'x-consumer-',
  'x-credential',
  'x-account-',
  'x-admin',
  'x-authenticated',
  'x-ssl-',
  'ssl-',
  'x-minos-',
  'minos-',
];

/** Others are not safe to pass: servers that hand headers on as variables read `X_User`, `X.User` and `X-User` as one. */
const PLAIN_NAME = /^[a-z0-9-]+$/;

/** `name` in any spelling. */
function kindOfName(name: string): HeaderKind {
  const lower = name.toLowerCase();
  const kind = KINDS.get(lower);
  if (kind !== undefined) return kind;
  return isTrustedWord(lower) || !PLAIN_NAME.test(lower) ? 'drop' : 'forward';
}

/** Whether a header says something that only the gateway, or the other side of one connection, may say. */
export function isTrustedWord(lower: string): boolean {
  return ENDS_HERE.has(lower) || ENDS_HERE_PREFIXES.some((prefix) => lower.startsWith(prefix));
}

const MOST_SPELLINGS = 2_000;

/** Remembers the kinds of the spellings that come again and again: nearly all of them. */
export class HeaderKinds {
  private readonly seen = new Map<string, HeaderKind>();

  of(name: string): HeaderKind {
    const known = this.seen.get(name);
    if (known !== undefined) return known;
    const kind = kindOfName(name);
    if (this.seen.size < MOST_SPELLINGS) this.seen.set(name, kind);
    return kind;
  }
}
