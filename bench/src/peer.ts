import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

/** What a child process can be asked; arguments and answers are plain data. */
export type Calls = Readonly<Record<string, (argument: never) => unknown>>;

interface Question {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

type Argument<C extends Calls, N extends keyof C> = Parameters<C[N]>[0];
type Result<C extends Calls, N extends keyof C> = Awaited<ReturnType<C[N]>>;

/** A process of a part of the bench, asked over its channel. */
export class Peer<C extends Calls> {
  private readonly waiting = new Map<number, { readonly resolve: (result: unknown) => void; readonly reject: (error: Error) => void }>();
  private asked = 0;

  private constructor(
    private readonly role: string,
    private readonly child: ChildProcess,
  ) {
    child.on('message', (answer: Answer) => this.settle(answer));
    child.once('exit', (code) => {
      for (const { reject } of this.waiting.values()) reject(new Error(`The process "${role}" ended with ${code ?? 'a signal'}.`));
      this.waiting.clear();
    });
  }

  /** Starts the process; resolves when it has opened what it works with. */
  static async start<C extends Calls>(role: string, options: object, execArgv: readonly string[] = []): Promise<Peer<C>> {
    const child = fork(join(__dirname, 'child.js'), [role, JSON.stringify(options)], { execArgv: [...execArgv] });
    const peer = new Peer<C>(role, child);
    await peer.send('ready', undefined);
    return peer;
  }

  async ask<N extends keyof C & string>(name: N, argument?: Argument<C, N>): Promise<Result<C, N>> {
    return (await this.send(name, argument)) as Result<C, N>;
  }

  /** Closes what it has open, and ends it. */
  async close(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    await this.send('close', undefined);
    this.child.disconnect();
    await ended;
  }

  private send(name: string, argument: unknown): Promise<unknown> {
    const question: Question = { id: (this.asked += 1), name, argument };
    return new Promise((resolve, reject) => {
      if (!this.child.connected) return reject(new Error(`The process "${this.role}" has ended.`));
      this.waiting.set(question.id, { resolve, reject });
      this.child.send(question);
    });
  }

  private settle({ id, result, error }: Answer): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(`The process "${this.role}" failed: ${error}`));
  }
}

/** The other end: answers what the bench asks, until it says `close`. */
export function answer(opening: Promise<{ readonly calls: Calls; close(): Promise<void> }>): void {
  process.on('message', (question: Question) => {
    void reply(opening, question).then((said) => process.send?.(said));
  });
}

async function reply(
  opening: Promise<{ readonly calls: Calls; close(): Promise<void> }>,
  { id, name, argument }: Question,
): Promise<Answer> {
  try {
    const opened = await opening;
    if (name === 'ready') return { id };
    if (name === 'close') return { id, result: await opened.close() };
    return { id, result: await opened.calls[name]?.(argument as never) };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** Milliseconds on a clock that all processes of this machine share. */
export function sharedNow(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
