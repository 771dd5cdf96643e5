import { parseJson } from '@minos/common';
import type { PartAnswer } from '../contracts/compose.js';
import { type Problem, problemBody } from '../problems/problem.js';
import type { AnswerSink } from '../proxy/answer-sink.js';

/** The body of a part; more is no answer to a page. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Takes one answer whole. */
export class CollectedAnswer implements AnswerSink {
  private readonly chunks: Buffer[] = [];
  private size = 0;
  private status = 0;

  constructor(
    private readonly taken: (answer: PartAnswer) => void,
    private readonly failed: (error: Error) => void,
  ) {}

  proceed(): void {
    // A part has no body.
  }

  inform(): void {
    // Nobody waits for it.
  }

  head(status: number): void {
    this.status = status;
  }

  data(chunk: Buffer): boolean {
    this.size += chunk.length;
    if (this.size <= MOST_BYTES) this.chunks.push(chunk);
    return true;
  }

  drained(): void {
    // It takes everything at once.
  }

  end(): void {
    if (this.size > MOST_BYTES) this.failed(new Error(`A part has ${this.size} bytes, of ${MOST_BYTES} at the most.`));
    else this.taken({ status: this.status, body: jsonOf(Buffer.concat(this.chunks).toString('utf8')) });
  }

  refuse(problem: Problem, correlationId: string | undefined): void {
    this.taken({ status: problem.status, body: jsonOf(problemBody(problem, correlationId)) });
  }

  cut(): void {
    this.failed(new Error('The answer of a part was cut off.'));
  }
}

function jsonOf(text: string): unknown {
  if (text === '') return undefined;
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
