import type { Dispatcher } from 'undici';
import type { CallOutcome, InstanceLease } from '../contracts/balancing.js';
import { isFailedAnswer } from './failed-answer.js';
import { Upload } from './upload.js';
import type { UpstreamConnection, UpstreamConnections } from './upstream-connections.js';

/** What becomes of a call; exactly one of `ended` and `failed` is the last. */
export interface CallListener {
  /** An informational response, such as 103; there may be several. */
  informed(status: number, rawHeaders: readonly Buffer[]): void;
  /** The head of the answer. `false`: no data until `resume`. */
  answered(status: number, rawHeaders: readonly Buffer[]): boolean;
  /** `false`: no more until `resume`. */
  data(chunk: Buffer): boolean;
  ended(rawTrailers: readonly (string | Buffer)[]): void;
  failed(call: UpstreamCall, error: Error): void;
}

/** One try of a request at one instance. The first form of undici's handlers: it gives headers as they came, where the newer one makes an object that nobody needs here. */
export class UpstreamCall implements Dispatcher.DispatchHandler {
  /** Whether anything was sent: before that the request cannot have taken effect. */
  sent = false;
  private connection: UpstreamConnection | undefined;
  private abort: ((error?: Error) => void) | undefined;
  private resumeBody: (() => void) | undefined;
  private listener: CallListener | undefined;
  private outcome: CallOutcome = 'answered';
  private upload: Upload | undefined;

  constructor(
    readonly lease: InstanceLease,
    private readonly connections: UpstreamConnections,
    listener: CallListener,
  ) {
    this.listener = listener;
  }

  dispatch(options: Dispatcher.DispatchOptions): void {
    if (options.body instanceof Upload) this.upload = options.body;
    this.connection = this.connections.take();
    this.connection.client.dispatch(options, this);
  }

  /** Nothing of it reaches the listener any more. */
  cancel(outcome: CallOutcome): void {
    this.listener = undefined;
    this.lease.done(outcome);
    this.abort?.();
  }

  resume(): void {
    this.resumeBody?.();
  }

  onConnect(abort: (error?: Error) => void): void {
    if (this.listener === undefined) return abort();
    this.abort = abort;
    this.sent = true;
  }

  onHeaders(status: number, rawHeaders: Buffer[], resume: () => void): boolean {
    if (this.listener === undefined) return true;
    if (status < 200) {
      this.listener.informed(status, rawHeaders);
      return true;
    }
    if (isFailedAnswer(status, rawHeaders, this.lease.instance)) this.outcome = 'failed';
    else this.lease.answered();
    this.resumeBody = resume;
    return this.listener.answered(status, rawHeaders);
  }

  onData(chunk: Buffer): boolean {
    return this.listener?.data(chunk) ?? true;
  }

  onComplete(rawTrailers: string[] | null): void {
    const { listener } = this;
    this.listener = undefined;
    if (this.connection !== undefined) this.connections.release(this.connection);
    this.lease.done(this.outcome);
    listener?.ended(rawTrailers ?? []);
  }

  onError(error: Error): void {
    const { listener } = this;
    this.listener = undefined;
    if (this.connection !== undefined) this.connections.discard(this.connection);
    // A client whose body is too large, or stops, says nothing about the instance.
    this.lease.done(this.upload?.fault === undefined ? 'failed' : 'cancelled');
    listener?.failed(this, error);
  }
}
