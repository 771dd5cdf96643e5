import type { Problem } from '../problems/problem.js';

/** Where the answer to an exchange goes: the client, or whoever puts several answers together. Every answer ends with `end`, `refuse` or `cut`. */
export interface AnswerSink {
  /** The body is wanted: who waits for "100 Continue" is told so. */
  proceed(): void;
  /** An informational answer. */
  inform(status: number, rawHeaders: readonly Buffer[]): void;
  head(status: number, rawHeaders: readonly Buffer[]): void;
  /** `false`: no more, until it is asked for. */
  data(chunk: Buffer): boolean;
  /** What was given is taken. */
  drained(): void;
  end(rawTrailers: readonly (string | Buffer)[]): void;
  /** Answers for the gateway itself, where no answer has begun. */
  refuse(problem: Problem, correlationId: string | undefined): void;
  /** The answer cannot be brought to its end. */
  cut(): void;
}
