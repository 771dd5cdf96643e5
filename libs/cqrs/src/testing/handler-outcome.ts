import { AssertionError } from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { encodeMessage, type MessageRegistry } from '@minos/common';
import type { ScenarioOutcome } from '@minos/event-sourcing/testing';
import type { SentMessage } from './sent-messages.js';

export interface OutcomeParts {
  readonly registry: MessageRegistry;
  readonly sent: () => readonly SentMessage[];
}

/** What a handler came to. Each method runs it (once), checks it, and rejects with an `AssertionError` where it is something else. */
export class HandlerOutcome<R> {
  constructor(
    private readonly outcome: ScenarioOutcome<R>,
    private readonly parts: OutcomeParts,
  ) {}

  /** The unit stored exactly these events, over all streams, in this order. */
  then(...events: readonly object[]): Promise<void> {
    return this.outcome.then(...events);
  }

  /** The handler returned and its unit stored no event. */
  thenNothing(): Promise<void> {
    return this.outcome.thenNothing();
  }

  /** The handler threw an error with this code, and its unit stored and sent nothing. */
  async thenRejected(code: string): Promise<void> {
    await this.outcome.thenRejected(code);
    this.expectSent([]);
  }

  /** The handler returned this. */
  thenReturned(value: R): Promise<void> {
    return this.outcome.thenReturned(value);
  }

  /** The handler returned and its unit sent exactly these commands, those that leave later too, in this order. */
  async thenSent(...commands: readonly object[]): Promise<void> {
    // Runs it, and throws what it threw.
    await this.outcome.thenNothing().catch((error: unknown) => {
      if (!(error instanceof AssertionError)) throw error;
    });
    this.expectSent(commands);
  }

  /** What the unit sent, with keys, channels and times. Empty before one of the other methods has run it. */
  sent(): readonly SentMessage[] {
    return this.parts.sent();
  }

  private expectSent(commands: readonly object[]): void {
    const actual = this.parts.sent().map(({ type, data }) => ({ command: type, data }));
    const expected = commands.map((command) => {
      const metadata = this.parts.registry.of(command);
      return { command: metadata.name, data: encodeMessage(command, metadata) };
    });
    if (isDeepStrictEqual(actual, expected)) return;
    const error = new AssertionError({ message: 'The handler sent other commands than expected.', actual, expected });
    error.operator = 'deepStrictEqual';
    throw error;
  }
}
