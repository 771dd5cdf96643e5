import type { Admission } from '../admission/admission.js';
import type { RunningPlace } from '../contracts/limits.js';
import type { AnswerWriter } from '../proxy/answer-writer.js';
import type { Exchange } from '../proxy/exchange.js';
import type { Incoming } from '../request/incoming.js';
import type { Listed } from './open-list.js';

/** One request, from its first byte to its last. */
export class Visit implements Listed {
  readonly begun = performance.now();
  admission: Admission | undefined;
  exchange: Exchange | undefined;
  /** What it takes up at the limit of running requests. */
  room: RunningPlace | undefined;
  place = -1;

  constructor(
    readonly incoming: Incoming,
    readonly answer: AnswerWriter,
    /** For whoever gave the request to the gateway. */
    readonly over: () => void,
  ) {}

  get isOpen(): boolean {
    return this.place >= 0;
  }
}
