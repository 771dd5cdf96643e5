import { isDeepStrictEqual } from 'node:util';
import {
  type AppliedChange,
  createEnvelope,
  encodeMessage,
  type JsonValue,
  MemoryCommitter,
  type MemoryChangeWriter,
  type MessageClass,
  uuidv7,
} from '@minos/common';
import type { VirtualClock } from '@minos/common/testing';
import { ANSWERS, channelsOf, REJECTION, RESULT } from '@minos/messaging';
import { OUTBOX_ADD, type OutboxAdd, type StoredMessage } from '@minos/messaging/contracts';
import type { StepOutcome } from '../../contracts/saga-instance.js';
import { MemorySagaStore } from '../../memory/memory-saga-store.js';
import { messageOf } from '../../turn/draft.js';
import type { GivenSaga } from '../service/carried.js';
import { type Happening, happeningInWords, type LocalHappening, type SentHappening, sentOf } from './happening.js';
import { StoryProcess } from './story-process.js';
import { Telling } from './telling.js';

/** A command that becomes due by another one is run a turn later. */
const TURNS = 5;

/** An answer on its way to an instance. */
export type AnswerOnItsWay = Pick<SentHappening, 'id' | 'name' | 'service'> & { readonly sagaId: string };

/** What a story happens in: storage, a process over it, and what that has done and the story has not told yet. */
export class StoryWorld {
  readonly store: MemorySagaStore;
  readonly telling: Telling;
  private readonly committer: MemoryCommitter;
  private untold: Happening[] = [];
  private trouble = '';
  private lives = 0;
  private current: StoryProcess;

  constructor(
    private readonly service: string,
    readonly clock: VirtualClock,
    private definitions: readonly GivenSaga[],
  ) {
    const sent: MemoryChangeWriter<OutboxAdd> = { kind: OUTBOX_ADD, apply: (change) => this.sends(sentOf(change)) };
    this.committer = new MemoryCommitter([sent]);
    this.store = new MemorySagaStore(clock, this.committer);
    this.telling = new Telling(this.store, clock);
    this.current = this.startProcess();
  }

  get process(): StoryProcess {
    return this.current;
  }

  /** Ends the process, with all that it has under way, and starts another one. */
  async restart(definitions = this.definitions): Promise<void> {
    this.process.kill();
    this.untold = this.untold.filter(({ kind }) => kind !== 'local');
    this.definitions = definitions;
    this.current = this.startProcess();
    await this.settle();
  }

  /** Waits for work of the process, and for what it leads to. */
  async flow<T>(work: Promise<T>): Promise<T> {
    const result = await work;
    await this.settle();
    return result;
  }

  /** Lets everything happen that needs no time. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn += 1) await this.clock.advance(0);
    await this.telling.listen();
  }

  /** Delivers an answer as the consumer does. */
  async deliver({ id, name, sagaId, service }: AnswerOnItsWay, outcome: StepOutcome): Promise<void> {
    const now = this.clock.now();
    const [type, data] = 'result' in outcome ? [RESULT, { result: outcome.result }] : [REJECTION, { ...outcome.rejection }];
    const about = { causationid: id, extensions: { [ANSWERS]: name } };
    const time = new Date(now).toISOString();
    const envelope = createEnvelope({ id: uuidv7(), source: service, type, time, schemaversion: 1, data, ...about });
    const place = { channel: channelsOf(this.service).sagas, partition: 0, offset: 0n, appendedAt: now };
    const stored: StoredMessage = { ...place, key: sagaId, headers: {}, body: Buffer.alloc(0) };
    await this.flow(this.process.deliver({ envelope, stored }));
  }

  /** Everything that has happened is told; then the story does something. `only`: the rest comes to nothing by it. */
  async goOn(what: string, only?: Happening['kind']): Promise<void> {
    await this.demandTold('goes on', only);
    await this.telling.listen();
    this.telling.does(what);
  }

  async demandTold(what: string, only?: Happening['kind']): Promise<void> {
    const untold = this.untold.filter(({ kind }) => only === undefined || kind === only);
    if (untold.length === 0) return;
    const message = `The story ${what}, but this has happened that it does not expect:${listed(untold)}`;
    await this.telling.fail({ message, actual: untold.map(({ name, data }) => ({ name, data })), expected: [] });
  }

  /** Takes what is like this command out of what is not told; fails where there is none. */
  async find<K extends Happening['kind']>(kind: K, command: object): Promise<Extract<Happening, { kind: K }>> {
    const metadata = this.process.registry.register(command.constructor as MessageClass).of(command);
    const wanted = { name: metadata.name, data: encodeMessage(command, metadata) };
    const found = this.untold.find((one) => one.kind === kind && one.name === wanted.name && isDeepStrictEqual(one.data, wanted.data));
    if (found === undefined) return this.failToFind(kind, wanted);
    this.untold = this.untold.filter((one) => one !== found);
    return found as Extract<Happening, { kind: K }>;
  }

  private failToFind(kind: Happening['kind'], wanted: { readonly name: string; readonly data: JsonValue }): Promise<never> {
    const how = kind === 'sent' ? 'to be sent' : 'to be run here';
    const instead = this.untold.length === 0 ? 'nothing happens.' : `this happens instead:${listed(this.untold)}`;
    return this.telling.fail({
      message: `The story expects ${wanted.name} ${JSON.stringify(wanted.data)} ${how}, but ${instead}${this.trouble}`,
      actual: this.untold.map(({ name, data }) => ({ name, data })),
      expected: [wanted],
    });
  }

  private startProcess(): StoryProcess {
    const { service, clock, store, committer } = this;
    const ground = {
      ...{ service, clock, store, committer, newId: uuidv7 },
      onLocal: (one: LocalHappening) => void this.untold.push(one),
      onTrouble: (error: unknown) => (this.trouble = `\nThe saga could not be brought on: ${messageOf(error)}`),
    };
    const process = new StoryProcess(ground, this.definitions, (this.lives += 1));
    process.start();
    return process;
  }

  private sends(sent: SentHappening): AppliedChange {
    this.untold.push(sent);
    return { result: sent.id, undo: () => (this.untold = this.untold.filter((one) => one !== sent)) };
  }
}

function listed(happenings: readonly Happening[]): string {
  return happenings.map((one) => `\n  ${happeningInWords(one)}`).join('');
}
