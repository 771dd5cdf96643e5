import type { Admission } from '../admission/admission.js';
import type { RunningPlace } from '../contracts/limits.js';
import type { AnswerWriter } from '../proxy/answer-writer.js';
import type { Exchange } from '../proxy/exchange.js';
import type { Incoming } from '../request/incoming.js';
import type { Listed } from './open-list.js';

/** One request, from its first byte to its last. A class, as all that lives as long as it: decision 019. */
export class Visit implements Listed {
  readonly begun = performance.now();
  admission: Admission | undefined;
  exchange: Exchange | undefined;
  /** What it takes up at the limit of running requests. */
  place: RunningPlace | undefined;
  at = -1;

  constructor(
    readonly incoming: Incoming,
    readonly answer: AnswerWriter,
    /** For whoever gave the request to the gateway. */
    readonly over: () => void,
  ) {}

  get isOpen(): boolean {
    return this.at >= 0;
  }
}
