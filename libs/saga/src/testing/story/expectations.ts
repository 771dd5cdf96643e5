import { type Command, type CommandResult, type JsonObject, Rejection, type RejectionCode } from '@minos/common';
import type { StepOutcome } from '../../contracts/saga-instance.js';
import type { LocalHappening, SentHappening } from './happening.js';

type AnyCommand = Command<unknown, string>;

/** What a handler answers: nothing where the command has no result. */
export type Answer<C> = [CommandResult<C>] extends [void] ? [] : [result: CommandResult<C>];

/** How a story is told on behind an expectation. */
export interface StoryTurn {
  answer(sent: SentHappening, outcome: StepOutcome): Promise<void>;
  endLocal(running: LocalHappening, end: LocalEnd): Promise<void>;
  fail(message: string): Promise<never>;
}

export type LocalEnd = { readonly result: unknown } | { readonly error: unknown; readonly words: string };

/** A command that was sent, as the story expected it. It can be answered whenever the story likes, and more than once. */
export class SentCommand<C extends AnyCommand> {
  constructor(
    private readonly sent: SentHappening,
    private readonly turn: StoryTurn,
  ) {}

  /** Id of the message: the request that answers name. */
  get id(): string {
    return this.sent.id;
  }

  /** The service it was sent to. */
  get service(): string {
    return this.sent.service;
  }

  get key(): string {
    return this.sent.key;
  }

  /** The service answers. Resolves when nothing more happens because of it. */
  reply(...[result]: Answer<C>): Promise<void> {
    return this.turn.answer(this.sent, { result: (result ?? null) as never });
  }

  /** The service refuses it. */
  reject(code: RejectionCode<C>, message: string, details: JsonObject = {}): Promise<void> {
    return this.turn.answer(this.sent, { rejection: { code, message, details } });
  }
}

/** A command that the story expects to have been sent. Awaiting it gives the command, to be answered later. */
export class CommandExpectation<C extends AnyCommand> implements PromiseLike<SentCommand<C>> {
  private readonly wanted: { service?: string; key?: string } = {};
  private found: Promise<SentCommand<C>> | undefined;

  constructor(
    private readonly find: () => Promise<SentHappening>,
    private readonly turn: StoryTurn,
  ) {}

  /** The service that it was sent to. */
  to(service: string): this {
    this.wanted.service = service;
    return this;
  }

  withKey(key: string): this {
    this.wanted.key = key;
    return this;
  }

  async reply(...answer: Answer<C>): Promise<SentCommand<C>> {
    const sent = await this.sent();
    await sent.reply(...answer);
    return sent;
  }

  async reject(code: RejectionCode<C>, message: string, details: JsonObject = {}): Promise<SentCommand<C>> {
    const sent = await this.sent();
    await sent.reject(code, message, details);
    return sent;
  }

  then<R = SentCommand<C>, E = never>(
    fulfilled?: ((sent: SentCommand<C>) => R | PromiseLike<R>) | null,
    rejected?: ((error: unknown) => E | PromiseLike<E>) | null,
  ): Promise<R | E> {
    return this.sent().then(fulfilled, rejected);
  }

  private sent(): Promise<SentCommand<C>> {
    return (this.found ??= this.look());
  }

  private async look(): Promise<SentCommand<C>> {
    const found = await this.find();
    for (const what of ['service', 'key'] as const) {
      const wanted = this.wanted[what];
      if (wanted !== undefined && found[what] !== wanted)
        await this.turn.fail(
          `The story expects ${found.name} with the ${what} "${wanted}", but it was sent with the ${what} "${found[what]}".`,
        );
    }
    return new SentCommand(found, this.turn);
  }
}

/** A local command that is running, as the story expected it. */
export class RunningLocal<C extends AnyCommand> {
  constructor(
    private readonly running: LocalHappening,
    private readonly turn: StoryTurn,
  ) {}

  /** Its handler returns. Resolves when nothing more happens because of it. */
  succeeds(...[result]: Answer<C>): Promise<void> {
    return this.turn.endLocal(this.running, { result });
  }

  /** Its handler says no. */
  rejects(code: RejectionCode<C>, message: string, details: JsonObject = {}): Promise<void> {
    const words = `${this.running.name} is rejected with ${code} (${message})`;
    return this.turn.endLocal(this.running, { error: new Rejection(code, message, details), words });
  }

  /** Its handler throws something that is no rejection. */
  fails(error: Error | string): Promise<void> {
    const thrown = typeof error === 'string' ? new Error(error) : error;
    return this.turn.endLocal(this.running, { error: thrown, words: `${this.running.name} fails: ${thrown.message}` });
  }
}

/** A local command that the story expects to be running. Awaiting it gives the command, to be ended later. */
export class LocalExpectation<C extends AnyCommand> implements PromiseLike<RunningLocal<C>> {
  private found: Promise<RunningLocal<C>> | undefined;

  constructor(
    private readonly find: () => Promise<LocalHappening>,
    private readonly turn: StoryTurn,
  ) {}

  async succeeds(...answer: Answer<C>): Promise<void> {
    await (await this.running()).succeeds(...answer);
  }

  async rejects(code: RejectionCode<C>, message: string, details: JsonObject = {}): Promise<void> {
    await (await this.running()).rejects(code, message, details);
  }

  async fails(error: Error | string): Promise<void> {
    await (await this.running()).fails(error);
  }

  then<R = RunningLocal<C>, E = never>(
    fulfilled?: ((running: RunningLocal<C>) => R | PromiseLike<R>) | null,
    rejected?: ((error: unknown) => E | PromiseLike<E>) | null,
  ): Promise<R | E> {
    return this.running().then(fulfilled, rejected);
  }

  private running(): Promise<RunningLocal<C>> {
    return (this.found ??= this.find().then((found) => new RunningLocal(found, this.turn)));
  }
}
