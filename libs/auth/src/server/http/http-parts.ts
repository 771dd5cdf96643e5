import type { IncomingHttpHeaders } from 'node:http';

/** What is used of a request of either adapter. */
export interface AnyRequest {
  readonly headers: IncomingHttpHeaders;
  /** The other side of the connection; behind a proxy that the adapter was told to trust, whom that speaks for. */
  readonly ip?: string;
  readonly socket?: { readonly remoteAddress?: string };
  readonly query?: unknown;
}

/** What is used of a response of either adapter. */
export interface AnyResponse {
  header(name: string, value: string | readonly string[]): unknown;
  status(code: number): unknown;
}
