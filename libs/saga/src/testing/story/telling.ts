import { AssertionError } from 'node:assert/strict';
import type { VirtualClock } from '@minos/common/testing';
import type { SagaInstance } from '../../contracts/saga-instance.js';
import type { SagaStore, StoredEntry } from '../../contracts/saga-store.js';
import { entryInWords, instanceInWords } from './in-words.js';

const MOST = 1_000;

/** What a check fails with, besides the story. */
export interface StoryFailure {
  readonly message: string;
  readonly actual?: unknown;
  readonly expected?: unknown;
}

/** The story so far: what the test did, and what the journals of the instances say, in the order in which it happened. */
export class Telling {
  private readonly lines: string[] = [];
  private readonly began: number;
  private readonly read = new Map<string, number>();
  private fresh: readonly StoredEntry[] = [];

  constructor(
    private readonly store: Pick<SagaStore, 'list' | 'journal'>,
    private readonly clock: VirtualClock,
  ) {
    this.began = clock.now();
  }

  /** The test does something. */
  does(what: string): void {
    this.fresh = [];
    this.line(this.clock.now(), `» ${what}`);
  }

  /** Takes in what the journals say since the last time. */
  async listen(): Promise<void> {
    const found: { readonly at: number; readonly text: string }[] = [];
    const instances = (await this.store.list({}, { limit: MOST })).toReversed();
    for (const { instance } of instances) {
      const entries = await this.store.journal(instance.id, this.read.get(instance.id) ?? 0, MOST);
      this.read.set(instance.id, entries.at(-1)?.number ?? this.read.get(instance.id) ?? 0);
      this.fresh = [...this.fresh, ...entries];
      const whose = instance === instances[0]?.instance ? '' : `[${instance.name}] `;
      found.push(...entries.map((entry) => ({ at: entry.at, text: `${whose}${entryInWords(entry)}` })));
    }
    for (const { at, text } of found.sort((one, other) => one.at - other.at)) this.line(at, text);
  }

  /** What the journals say since the test did something last. */
  get news(): readonly StoredEntry[] {
    return this.fresh;
  }

  text(): string {
    return this.lines.map((line) => `  ${line}`).join('\n');
  }

  /** Throws an `AssertionError` that tells the whole story. */
  async fail({ message, actual, expected }: StoryFailure): Promise<never> {
    await this.listen();
    const instances = (await this.store.list({}, { limit: MOST })).toReversed().map(({ instance }) => instance);
    throw failure({ message, actual, expected }, this.text(), instances);
  }

  private line(at: number, text: string): void {
    this.lines.push(`${timeOf(at - this.began)}  ${text}`);
  }
}

function failure({ message, actual, expected }: StoryFailure, story: string, instances: readonly SagaInstance[]): AssertionError {
  const told = [message, '', 'The story so far:', story, '', ...instances.map(instanceInWords)].join('\n');
  // Given to the constructor, the operator would bring a second diff into the message; runners make one of `actual` and `expected`.
  const error = new AssertionError({ message: told, actual, expected });
  error.operator = 'deepStrictEqual';
  return error;
}

function timeOf(ms: number): string {
  return `+${(ms / 1000).toFixed(3).padStart(7)}s`;
}
