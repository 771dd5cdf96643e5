import { isDeepStrictEqual } from 'node:util';
import {
  type Command,
  createEnvelope,
  type Duration,
  encodeMessage,
  type JsonValue,
  MemoryCommitter,
  type MemoryChangeWriter,
  parseDuration,
  uuidv7,
} from '@minos/common';
import { VirtualClock } from '@minos/common/testing';
import { ANSWERS, channelsOf, REJECTION, RESULT } from '@minos/messaging';
import { OUTBOX_ADD, type OutboxAdd, type StoredMessage } from '@minos/messaging/contracts';
import { type JournalKind, type SagaInstance, type SagaPhase, type StepOutcome } from '../../contracts/saga-instance.js';
import type { StateOf } from '../../definition/saga-builder.types.js';
import type { SagaDefinition } from '../../definition/saga-definition.js';
import { sagaMetadataOf } from '../../definition/saga.decorator.js';
import type { KnownSaga } from '../../engine/carried-sagas.js';
import { SagaUnknownError } from '../../errors/saga.errors.js';
import { MemorySagaStore } from '../../memory/memory-saga-store.js';
import { type GivenSaga, instanceOf, serviceOf } from '../service/carried.js';
import { CommandExpectation, LocalExpectation, type LocalEnd, type StoryTurn } from './expectations.js';
import { type Happening, happeningInWords, type LocalHappening, type SentHappening, sentOf } from './happening.js';
import { StoryProcess } from './story-process.js';
import { Telling } from './telling.js';

type AnyCommand = Command<unknown, string>;

export interface SagaStoryOptions {
  /** Durable name of the service of the saga. @default the owner of its local commands, else 'saga' */
  readonly service?: string;
  /** Other sagas of the service: older versions, and those that are steps of this one. @default none */
  readonly also?: readonly GivenSaga[];
  /** @default one that stands at 2026-01-01T00:00:00Z */
  readonly clock?: VirtualClock;
}

/** An answer that fits nothing. */
export interface StrayAnswer {
  /** The command that it says it answers. @default a new id */
  readonly request?: string;
  /** Durable name of that command. @default '' */
  readonly command?: string;
  /** @default null */
  readonly result?: JsonValue;
}

/**
 * Tells a saga as a story, in the order in which it happens: what begins it, which commands leave, what comes back, how time passes, and how it ends. The engine, its runner and
 * the unit of work are the real ones, on storage in memory and a clock that the story moves; there is no broker and no container. What a check fails with tells the whole story so
 * far. Nothing may be left out: before the story goes on it has to expect each command that was sent.
 */
export function sagaStory<D extends SagaDefinition>(definition: GivenSaga<D>, options: SagaStoryOptions = {}): SagaStory<D> {
  return new SagaStory(definition, options);
}

export class SagaStory<D extends SagaDefinition> {
  readonly clock: VirtualClock;
  private readonly service: string;
  private readonly name: string;
  private readonly store: MemorySagaStore;
  private readonly committer: MemoryCommitter;
  private readonly telling: Telling;
  private readonly turn: StoryTurn;
  private untold: Happening[] = [];
  private trouble: unknown;
  private lives = 0;
  private process: StoryProcess;
  private definitions: readonly GivenSaga[];
  private id: string | undefined;

  constructor(definition: GivenSaga<D>, { service, also = [], clock = new VirtualClock() }: SagaStoryOptions) {
    this.definitions = [definition, ...also];
    this.clock = clock;
    this.service = service ?? serviceOf(this.definitions) ?? 'saga';
    this.name = sagaMetadataOf(instanceOf(definition).constructor)?.name ?? '';
    const sent: MemoryChangeWriter<OutboxAdd> = { kind: OUTBOX_ADD, apply: (change) => this.sends(sentOf(change)) };
    this.committer = new MemoryCommitter([sent]);
    this.store = new MemorySagaStore(clock, this.committer);
    this.telling = new Telling(this.store, clock);
    this.turn = {
      answer: (to, outcome) => this.answer(to, outcome),
      endLocal: (running, end) => this.endLocal(running, end),
      fail: (message) => this.telling.fail({ message }),
    };
    this.process = this.startProcess();
  }

  /** Begins an instance of the newest version. Resolves with its id, when nothing more happens because of it; a second start with the same key is none. */
  async start(state: StateOf<D>, { key }: { readonly key?: string } = {}): Promise<string> {
    await this.goOn(`the saga is started with ${JSON.stringify(state)}`);
    const { unitOfWork, parts } = this.process;
    const { type } = this.known();
    const id = await this.flow(unitOfWork.run(() => parts.sagas.start(type, state as never, key === undefined ? {} : { key })));
    this.id ??= id;
    return id;
  }

  /** A message comes that begins it; the same `messageId` is the same message. Resolves with the id of the instance. */
  async startBy(message: object, messageId: string = uuidv7()): Promise<string> {
    await this.goOn(`${message.constructor.name} ${JSON.stringify(message)} comes`);
    const saga = this.known();
    const start = saga.plan.starts.find((one) => one.message === message.constructor);
    if (start === undefined)
      return this.telling.fail({
        message: `${message.constructor.name} begins no ${saga.name}: its plan has no .startedBy(${message.constructor.name}, …).`,
      });
    const { unitOfWork, parts } = this.process;
    const begun = unitOfWork.run((unit) => parts.starts.begin(unit, { saga, start, message, messageId }), { mode: 'new' });
    const id = await this.flow(begun);
    this.id ??= id;
    return id;
  }

  /** A command with these data has left: of a step, a compensation or a hook. */
  expectCommand<C extends AnyCommand>(command: C): CommandExpectation<C> {
    return new CommandExpectation<C>(() => this.find('sent', command), this.turn);
  }

  /** A command with these data is running here: of a local step, or its compensation. */
  expectLocal<C extends AnyCommand>(command: C): LocalExpectation<C> {
    return new LocalExpectation<C>(() => this.find('local', command), this.turn);
  }

  /** Nothing has happened that the story did not expect. */
  expectNothing(): Promise<void> {
    return this.demandTold('expects nothing');
  }

  /** The journal says that of a step, because of what the story did last: `expectNoted('late', 'reserve-stock')`. */
  async expectNoted(kind: JournalKind, step?: string): Promise<void> {
    await this.telling.listen();
    const isNoted = this.telling.news.some((entry) => entry.kind === kind && (step === undefined || entry.step === step));
    if (!isNoted)
      await this.telling.fail({
        message: `The story expects that "${kind}" is noted${step === undefined ? '' : ` of ${step}`}, but it is not.`,
      });
  }

  /** So much time passes, and whatever becomes due meanwhile happens. */
  async silence(duration: Duration): Promise<void> {
    await this.goOn(`${duration} pass`);
    await this.clock.advance(parseDuration(duration));
    await this.settle();
  }

  /** An answer comes that nobody asked for. */
  async stray({ request = uuidv7(), command = '', result = null }: StrayAnswer = {}): Promise<void> {
    await this.goOn(`an answer to ${command || 'nothing'} (${request}) comes`);
    await this.deliver({ id: request, name: command, sagaId: this.id ?? uuidv7(), service: 'somebody' }, { result });
  }

  /** The process dies with all that it has under way, and starts again. */
  async crash(): Promise<void> {
    await this.goOn('the process dies and starts again', 'sent');
    await this.restart(this.definitions);
  }

  /** The process is replaced by one that has these definitions and no others. */
  async deploy(...definitions: readonly GivenSaga[]): Promise<void> {
    const names = definitions
      .map((one) => sagaMetadataOf(instanceOf(one).constructor))
      .map((one) => `${one?.name} (version ${one?.version})`);
    await this.goOn(`a release comes with ${names.join(', ')}`, 'sent');
    await this.restart(definitions);
  }

  expectCompleted(expected: { readonly state?: StateOf<D> } = {}): Promise<void> {
    return this.expectEnd('completed', expected);
  }

  expectCompensated(expected: { readonly state?: StateOf<D> } = {}): Promise<void> {
    return this.expectEnd('compensated', expected);
  }

  /** It waits for an operator because of this step. */
  async expectParked(step: string, reason: RegExp | string = ''): Promise<void> {
    await this.demandTold('expects that the saga is parked');
    const { parked } = await this.instance();
    const isSo = parked?.step === step && (typeof reason === 'string' ? parked.reason.includes(reason) : reason.test(parked.reason));
    if (isSo) return;
    const found = parked === undefined ? 'it is not' : `it is parked at ${parked.step}: ${parked.reason}`;
    await this.telling.fail({
      message: `The story expects that the saga is parked at ${step}${reason === '' ? '' : ` (${String(reason)})`}, but ${found}.`,
    });
  }

  /** The first instance that the story has begun, as it is stored. */
  async instance(): Promise<SagaInstance> {
    const found = this.id === undefined ? undefined : await this.store.load(this.id);
    return (
      found?.instance ??
      this.telling.fail({ message: 'The story has not begun: write await story.start({ … }) or startBy(new TheEvent(…)).' })
    );
  }

  async state(): Promise<StateOf<D>> {
    return (await this.instance()).state as StateOf<D>;
  }

  /** The story so far, in words. */
  async text(): Promise<string> {
    await this.telling.listen();
    return this.telling.text();
  }

  private known(): KnownSaga {
    const { engine } = this.process.parts;
    const saga = engine.sagas.named(this.name);
    if (saga !== undefined) return saga;
    throw new SagaUnknownError(
      this.name,
      engine.sagas.all.map(({ name, version }) => `${name} (version ${version})`),
    );
  }

  private async expectEnd(phase: SagaPhase, { state }: { readonly state?: StateOf<D> }): Promise<void> {
    await this.demandTold(`expects that the saga is ${phase}`);
    const instance = await this.instance();
    if (instance.phase !== phase) await this.telling.fail({ message: `The story expects that the saga is ${phase}, but it is not.` });
    if (state === undefined || isDeepStrictEqual(instance.state, state)) return;
    const message = `The story expects another state: ${JSON.stringify(state)} instead of ${JSON.stringify(instance.state)}.`;
    await this.telling.fail({ message, actual: instance.state, expected: state });
  }

  private async find<K extends Happening['kind']>(kind: K, command: object): Promise<Extract<Happening, { kind: K }>> {
    const { registry } = this.process;
    registry.register(command.constructor as never);
    const metadata = registry.of(command);
    const wanted = { name: metadata.name, data: encodeMessage(command, metadata) as JsonValue };
    const found = this.untold.find((one) => one.kind === kind && one.name === wanted.name && isDeepStrictEqual(one.data, wanted.data));
    if (found === undefined) return this.failToFind(kind, wanted);
    this.untold = this.untold.filter((one) => one !== found);
    return found as Extract<Happening, { kind: K }>;
  }

  private failToFind(kind: Happening['kind'], wanted: Pick<Happening, 'name' | 'data'>): Promise<never> {
    const how = kind === 'sent' ? 'to be sent' : 'to be run here';
    const others = this.untold.map((one) => `\n  ${happeningInWords(one)}`).join('');
    const instead = others === '' ? 'nothing happens' : `this happens instead:${others}`;
    const message = `The story expects ${wanted.name} ${JSON.stringify(wanted.data)} ${how}, but ${instead}`;
    const actual = this.untold.map(({ name, data }) => ({ name, data }));
    return this.telling.fail({ message: `${message}${this.troubleInWords()}`, actual, expected: [wanted] });
  }

  /** Everything that has happened is told; then the story does something. `left`: what a process leaves undone when it ends. */
  private async goOn(what: string, left?: Happening['kind']): Promise<void> {
    await this.demandTold('goes on', left);
    await this.telling.listen();
    this.telling.does(what);
  }

  private async demandTold(what: string, only?: Happening['kind']): Promise<void> {
    const untold = this.untold.filter(({ kind }) => only === undefined || kind === only);
    if (untold.length === 0) return;
    const message = `The story ${what}, but this has happened that it does not expect:${untold.map((one) => `\n  ${happeningInWords(one)}`).join('')}`;
    await this.telling.fail({ message, actual: untold.map(({ name, data }) => ({ name, data })), expected: [] });
  }

  private async answer(sent: SentHappening, outcome: StepOutcome): Promise<void> {
    const words =
      'result' in outcome
        ? `replies ${JSON.stringify(outcome.result)}`
        : `rejects it with ${outcome.rejection.code} (${outcome.rejection.message})`;
    const { sagaId, name, service } = sent;
    if (sagaId === undefined) return this.telling.fail({ message: `Nobody waits for an answer to ${name}: a hook has sent it.` });
    await this.goOn(`${service} answers ${name}: ${words}`);
    await this.deliver({ ...sent, sagaId }, outcome);
  }

  private async deliver(
    { id, name, sagaId, service }: Pick<SentHappening, 'id' | 'name' | 'service'> & { readonly sagaId: string },
    outcome: StepOutcome,
  ): Promise<void> {
    const { channel, partition } = { channel: channelsOf(this.service).sagas, partition: 0 };
    const [type, data] = 'result' in outcome ? [RESULT, { result: outcome.result }] : [REJECTION, { ...outcome.rejection }];
    const about = { causationid: id, extensions: { [ANSWERS]: name } };
    const time = new Date(this.clock.now()).toISOString();
    const envelope = createEnvelope({ id: uuidv7(), source: service, type, time, schemaversion: 1, data, ...about });
    const at = { offset: 0n, appendedAt: this.clock.now() };
    const stored: StoredMessage = { channel, partition, key: sagaId, headers: {}, body: Buffer.from(''), ...at };
    await this.flow(this.process.deliver({ envelope, stored }));
  }

  private async endLocal({ name, resolve, reject }: LocalHappening, end: LocalEnd): Promise<void> {
    await this.goOn(
      'words' in end ? end.words : `${name} succeeds${end.result === undefined ? '' : ` with ${JSON.stringify(end.result)}`}`,
    );
    if ('words' in end) reject(end.error);
    else resolve(end.result);
    await this.settle();
  }

  private startProcess(): StoryProcess {
    const { service, clock, store, committer } = this;
    const life = (this.lives += 1);
    const ground = {
      ...{ service, clock, store, committer, newId: uuidv7 },
      onLocal: (one: LocalHappening) => void this.untold.push(one),
      onTrouble: (error: unknown) => (this.trouble = error),
    };
    const process = new StoryProcess(ground, this.definitions, life);
    process.start();
    return process;
  }

  private async restart(definitions: readonly GivenSaga[]): Promise<void> {
    this.process.kill();
    this.untold = [];
    this.definitions = definitions;
    this.process = this.startProcess();
    await this.settle();
  }

  private sends(sent: SentHappening) {
    this.untold.push(sent);
    const undo = (): void => void (this.untold = this.untold.filter((one) => one !== sent));
    return { result: sent.id, undo };
  }

  private async flow<T>(work: Promise<T>): Promise<T> {
    const result = await work;
    await this.settle();
    return result;
  }

  /** Lets everything happen that needs no time. */
  private async settle(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn += 1) await this.clock.advance(0);
    await this.telling.listen();
  }

  private troubleInWords(): string {
    return this.trouble === undefined ? '' : `\nThe saga could not be brought on: ${String(this.trouble)}`;
  }
}

/** A command that becomes due by another one is run a turn later. */
const TURNS = 5;
