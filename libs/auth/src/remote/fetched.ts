import { Deadline } from './deadline.js';

/** What to ask for, and how long and how large the answer may be. */
export interface FetchLimits {
  readonly timeoutMs: number;
  /** Bytes of the body at the most. */
  readonly size: number;
}

export interface FetchedText {
  readonly status: number;
  readonly text: string;
}

/** Asks once, over no redirect, and reads the whole body within the limits. Rejects with whatever went wrong, beside a status: that is answered. */
export async function fetchedText(url: URL, init: RequestInit, { timeoutMs, size }: FetchLimits): Promise<FetchedText> {
  const { signal, ...asked } = init;
  const deadline = new Deadline(signal ?? undefined);
  deadline.feed(timeoutMs);
  try {
    const response = await deadline.answer(url, asked);
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of deadline.piecesOf(response)) {
      length += chunk.byteLength;
      if (length > size) throw new RangeError(`the answer is larger than ${size} bytes`);
      chunks.push(chunk);
    }
    return { status: response.status, text: Buffer.concat(chunks).toString('utf8') };
  } finally {
    deadline.end();
  }
}

/** One of auth's addresses below its own; keeps a path that the base has. */
export function below(base: string, path: string): URL {
  return new URL(path, base.endsWith('/') ? base : `${base}/`);
}

/** Whether text is an address that can be asked: http or https, and no credential in it, which would end in logs. */
export function isHttpUrl(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === '';
}

/** What can be said of a failure in a log: kinds and numbers, no bodies. */
export function reasonOf(error: unknown): string {
  const { name = 'Error', message = 'unknown', cause } = described(error);
  const { code } = described(cause);
  return `${name}: ${message}${code === undefined ? '' : ` (${code})`}`;
}

interface Described {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly cause?: unknown;
}

/** By its form: errors of the platform may be of another realm. */
function described(error: unknown): Described {
  return typeof error === 'object' && error !== null ? error : {};
}
