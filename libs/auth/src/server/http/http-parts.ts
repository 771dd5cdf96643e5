import type { IncomingHttpHeaders } from 'node:http';

/** What is used of a request of either adapter. */
export interface AnyRequest {
  readonly headers: IncomingHttpHeaders;
  /** Of the client; behind a proxy what the adapter was told to trust. */
  readonly ip?: string;
  readonly query?: unknown;
}

/** What is used of a response of either adapter. */
export interface AnyResponse {
  header(name: string, value: string): unknown;
  status(code: number): unknown;
}

export function addressOf(request: AnyRequest): string {
  return request.ip ?? 'unknown';
}
