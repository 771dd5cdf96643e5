import { PROBLEMS, type Problem } from '../problems/problem.js';
import type { HeaderKinds } from './header-kinds.js';

/** What the gateway reads of the headers of a request, in one pass. */
export class RequestHead {
  /** Names and values in turn that go on to the service. */
  readonly kept: string[] = [];
  host: string | undefined;
  authorization: string | undefined;
  /** Of a body with a known length. */
  contentLength: number | undefined;
  chunked = false;
  upgrade: string | undefined;
  expectContinue = false;
  correlationId: string | undefined;
  traceparent: string | undefined;
  forwardedFor: string | undefined;
  forwardedProto: string | undefined;
  forwardedHost: string | undefined;
  origin: string | undefined;
  cookie: string | undefined;
  accept: string | undefined;
  acceptEncoding: string | undefined;
  idempotencyKey = false;
  /** A browser asks whether a page may. */
  preflight = false;
  /** What `Connection` names, in small letters. */
  connection: string | undefined;
  problem: Problem | undefined;
  private singles: string[] | undefined;

  /** Reads names and values in turn. What is ambiguous is in `problem`. */
  static read(rawHeaders: readonly string[], kinds: HeaderKinds): RequestHead {
    const head = new RequestHead();
    for (let at = 0; at < rawHeaders.length; at += 2) {
      const name = rawHeaders[at] as string;
      const kind = kinds.of(name);
      if (kind === 'forward') head.kept.push(name, rawHeaders[at + 1] as string);
      else if (kind !== 'drop') head.take(kind, name, rawHeaders[at + 1] as string);
    }
    head.finish();
    return head;
  }

  get hasBody(): boolean {
    return this.chunked || (this.contentLength !== undefined && this.contentLength > 0);
  }

  private take(kind: Exclude<ReturnType<HeaderKinds['of']>, 'forward' | 'drop'>, name: string, value: string): void {
    switch (kind) {
      case 'single':
        this.takeSingle(name, value);
        break;
      case 'content-length':
      case 'transfer-encoding':
      case 'expect':
        this.takeFraming(kind, value);
        break;
      case 'host':
      case 'authorization':
      case 'upgrade':
      case 'origin':
        if (this[kind] !== undefined) this.problem ??= PROBLEMS.head;
        this[kind] = value;
        if (kind === 'origin') this.kept.push(name, value);
        break;
      default:
        this.takeOther(kind, name, value);
    }
  }

  private takeSingle(name: string, value: string): void {
    const lower = name.toLowerCase();
    if (this.singles?.includes(lower) === true) this.problem ??= PROBLEMS.head;
    (this.singles ??= []).push(lower);
    this.kept.push(name, value);
  }

  /** Where a body ends must be said once, and in one way. The parser of Node refuses most of this already. */
  private takeFraming(kind: 'content-length' | 'transfer-encoding' | 'expect', value: string): void {
    if (kind === 'content-length') this.takeLength(value);
    else if (kind === 'transfer-encoding') {
      if (this.chunked) this.problem ??= PROBLEMS.head;
      if (value.toLowerCase() !== 'chunked') this.problem ??= PROBLEMS.transferCoding;
      this.chunked = true;
    } else {
      if (value.toLowerCase() !== '100-continue') this.problem ??= PROBLEMS.expectation;
      this.expectContinue = true;
    }
  }

  private takeLength(value: string): void {
    if (this.contentLength !== undefined || !CONTENT_LENGTH.test(value)) this.problem ??= PROBLEMS.head;
    this.contentLength = Number(value);
  }

  private takeOther(kind: OtherKind, name: string, value: string): void {
    switch (kind) {
      case 'connection':
        this.connection = joined(this.connection, value.toLowerCase(), ',');
        break;
      case 'cookie':
        this.cookie = joined(this.cookie, value, '; ');
        break;
      case 'correlation':
        this.correlationId = value;
        break;
      case 'traceparent':
        this.traceparent = value;
        break;
      case 'forwarded-for':
        this.forwardedFor = joined(this.forwardedFor, value, ',');
        break;
      case 'forwarded-proto':
        this.forwardedProto = value;
        break;
      case 'forwarded-host':
        this.forwardedHost = value;
        break;
      default:
        this.takeForwarded(kind, name, value);
    }
  }

  /** What goes on, and is read here, too. */
  private takeForwarded(kind: 'idempotency-key' | 'accept' | 'accept-encoding' | 'preflight', name: string, value: string): void {
    if (kind === 'accept') this.accept = joined(this.accept, value, ',');
    else if (kind === 'accept-encoding') this.acceptEncoding = joined(this.acceptEncoding, value, ',');
    else if (kind === 'preflight') this.preflight = true;
    else if (this.idempotencyKey) this.problem ??= PROBLEMS.head;
    else this.idempotencyKey = true;
    this.kept.push(name, value);
  }

  private finish(): void {
    if (this.contentLength !== undefined && this.chunked) this.problem ??= PROBLEMS.head;
    if (this.host === undefined || !HOST.test(this.host)) this.problem ??= PROBLEMS.head;
    if (this.connection !== undefined && !PLAIN_CONNECTION.test(this.connection)) this.dropNamed(this.connection);
  }

  /** What `Connection` names is of this connection alone. */
  private dropNamed(connection: string): void {
    const named = new Set(connection.split(',').map((token) => token.trim()));
    const kept = this.kept.splice(0);
    for (let at = 0; at < kept.length; at += 2) {
      const name = kept[at] as string;
      if (!named.has(name.toLowerCase())) this.kept.push(name, kept[at + 1] as string);
    }
    // The service does not get it, so it cannot tell a second try from the first.
    if (named.has('idempotency-key')) this.idempotencyKey = false;
  }
}

type OtherKind = Exclude<
  ReturnType<HeaderKinds['of']>,
  'forward' | 'drop' | 'single' | 'content-length' | 'transfer-encoding' | 'expect' | 'host' | 'authorization' | 'upgrade' | 'origin'
>;

const CONTENT_LENGTH = /^\d{1,15}$/;
/** A name, an IPv4 address or an IPv6 address in brackets, and a port. */
const HOST = /^(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;
const PLAIN_CONNECTION = /^(?:keep-alive|close|upgrade)$/;

function joined(before: string | undefined, value: string, separator: string): string {
  return before === undefined ? value : `${before}${separator}${value}`;
}
