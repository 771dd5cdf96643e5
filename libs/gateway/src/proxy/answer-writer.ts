import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Transform } from 'node:stream';
import { type Problem, PROBLEM_CONTENT_TYPE, problemBody } from '../problems/problem.js';
import type { ResponseHeaderFilter } from '../headers/response-headers.js';
import { codedHeaders, codingOf, type CompressionSettings, encoderOf } from '../compression/content-coding.js';
import type { AnswerSink } from './answer-sink.js';
import { endLingering } from './lingering-end.js';

const EVENT_STREAM = 'text/event-stream';
/** Up to this many bytes a body is written as text, in one piece with the head: one write instead of two. */
const TEXT_BYTES = 8 * 1024;

export interface AnswerWriterParts {
  readonly filter: ResponseHeaderFilter;
  readonly compression: CompressionSettings;
  /** How long a client may take nothing of its answer. */
  readonly idleTimeoutMs: number;
  /** Whether clients are asked to leave their connections. */
  readonly leaving: () => boolean;
}

/** What the client gets: the answer of a service as it comes, or one of our own. */
export class AnswerWriter implements AnswerSink {
  /** Names and values in turn that each answer carries. */
  readonly headers: string[] = [];
  /** The code of the problem that was answered. */
  problemCode: string | undefined;
  bytes = 0;
  /** Called when the client has taken what it got. */
  onDrain: (() => void) | undefined;
  private expected: number | undefined;
  private encoder: Transform | undefined;
  private stall: NodeJS.Timeout | undefined;
  private over = false;

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    private readonly parts: AnswerWriterParts,
    /** Whether the request has one, which may not have come yet. */
    private readonly hasBody: boolean,
  ) {}

  /** The head went out, or is about to: no other answer can be given. */
  get begun(): boolean {
    return this.response.headersSent;
  }

  /** Whether it is one that may end anywhere, and is asked for again then. */
  get isEventStream(): boolean {
    const { headers } = this;
    for (let at = 0; at < headers.length; at += 2)
      if ((headers[at] as string).toLowerCase() === 'content-type') return (headers[at + 1] as string).startsWith(EVENT_STREAM);
    return false;
  }

  proceed(): void {
    this.response.writeContinue();
  }

  /** `103 Early Hints` goes on; other informational answers are between us and the service. */
  inform(status: number, rawHeaders: readonly Buffer[]): void {
    if (status !== 103 || this.request.httpVersionMinor < 1) return;
    const links: string[] = [];
    for (let at = 0; at < rawHeaders.length; at += 2)
      if (textOf(rawHeaders[at]).toLowerCase() === 'link') links.push(textOf(rawHeaders[at + 1]));
    if (links.length > 0) this.response.writeEarlyHints({ link: links });
  }

  head(status: number, rawHeaders: readonly Buffer[]): void {
    const headers = this.headers;
    const { filter } = this.parts;
    for (let at = 0; at < rawHeaders.length; at += 2) {
      const name = filter.nameOf(textOf(rawHeaders[at]));
      if (name === '') continue;
      const value = textOf(rawHeaders[at + 1]);
      if (name.length === 14 && name.toLowerCase() === 'content-length') this.expected = Number(value);
      headers.push(name, value);
    }
    if (this.parts.leaving()) this.response.shouldKeepAlive = false;
    this.response.writeHead(status, this.parts.compression.enabled ? this.coded(status) : headers);
    // An event stream may have nothing to say for long: its head does not wait for the first event.
    if (this.expected === undefined) setImmediate(flush, this.response);
  }

  /** `false`: the client has not taken what it got; `onDrain` says when it has. */
  data(chunk: Buffer): boolean {
    this.bytes += chunk.length;
    if (this.bytes === this.expected) {
      this.finish(chunk);
      return true;
    }
    const to = this.encoder ?? this.response;
    if (to.write(chunk)) return true;
    to.once('drain', () => this.onDrain?.());
    this.stall ??= setTimeout(() => this.cut(), this.parts.idleTimeoutMs);
    return false;
  }

  /** The client waits no more, or takes what it got. */
  drained(): void {
    clearTimeout(this.stall);
    this.stall = undefined;
  }

  end(rawTrailers: readonly (string | Buffer)[]): void {
    if (this.over) return;
    if (rawTrailers.length > 0 && this.response.chunkedEncoding) this.response.addTrailers(this.trailers(rawTrailers));
    this.over = true;
    (this.encoder ?? this.response).end();
  }

  /** Answers for the gateway itself, where no answer has begun. */
  refuse(problem: Problem, correlationId: string | undefined): void {
    const { request, response } = this;
    if (this.over || response.headersSent) return this.cut();
    this.over = true;
    this.problemCode = problem.code;
    const body = problemBody(problem, correlationId);
    const length = Buffer.byteLength(body);
    this.headers.push('Content-Type', PROBLEM_CONTENT_TYPE, 'Content-Length', String(length), 'Cache-Control', 'no-store');
    if (problem.headers !== undefined) this.headers.push(...problem.headers);
    const unread = this.hasBody && !request.complete;
    if (unread || this.parts.leaving()) response.shouldKeepAlive = false;
    response.writeHead(problem.status, this.headers);
    this.bytes = length;
    if (unread) endLingering(request, response, body);
    else response.end(body);
  }

  /** An answer of the gateway itself that is no problem. */
  json(status: number, body: string, type = 'application/json'): void {
    if (this.over) return;
    this.over = true;
    this.bytes = Buffer.byteLength(body);
    this.headers.push('Content-Type', type, 'Content-Length', String(this.bytes));
    if (this.parts.leaving()) this.response.shouldKeepAlive = false;
    this.response.writeHead(status, this.headers);
    this.response.end(body);
  }

  /** An answer of the gateway itself without a body. */
  empty(status: number, headers: readonly string[]): void {
    this.over = true;
    if (this.parts.leaving()) this.response.shouldKeepAlive = false;
    this.response.writeHead(status, [...this.headers, ...headers]).end();
  }

  /** The caller may not have more of it. An event stream ends, so that its client comes again; the end of everything else must not look like one. `code` is for the log. */
  stop(code: string): void {
    this.problemCode = code;
    if (this.over || this.expected !== undefined || !this.isEventStream) this.cut();
    else this.end([]);
  }

  /** The answer cannot be brought to its end: the client must notice. */
  cut(): void {
    this.over = true;
    this.drained();
    this.encoder?.destroy();
    this.response.destroy();
  }

  /** The headers, and what codes the body where it is worth it. */
  private coded(status: number): string[] {
    const { headers, request } = this;
    const answer = {
      method: request.method ?? '',
      status,
      acceptEncoding: request.headers['accept-encoding'],
      headers,
    };
    const coding = codingOf(answer, this.parts.compression);
    if (coding === undefined) return headers;
    this.expected = undefined;
    this.encoder = encoderOf(coding);
    this.encoder.pipe(this.response);
    return codedHeaders(headers, coding);
  }

  private finish(last: Buffer): void {
    const { response } = this;
    this.over = true;
    if (last.length > TEXT_BYTES) {
      response.end(last);
      return;
    }
    response.write(last.toString('latin1'), 'latin1');
    // Node holds writes back until the tick is over, and `end` would add an empty one to it: two pieces cost more than one.
    response.socket?.uncork();
    response.end();
  }

  private trailers(rawTrailers: readonly (string | Buffer)[]): [string, string][] {
    const trailers: [string, string][] = [];
    for (let at = 0; at < rawTrailers.length; at += 2) {
      const name = this.parts.filter.nameOf(textOf(rawTrailers[at]));
      if (name !== '') trailers.push([name, textOf(rawTrailers[at + 1])]);
    }
    return trailers;
  }
}

function flush(response: ServerResponse): void {
  if (!response.writableEnded && !response.destroyed) response.flushHeaders();
}

function textOf(value: Buffer | string | undefined): string {
  return typeof value === 'object' ? value.toString('latin1') : (value ?? '');
}
