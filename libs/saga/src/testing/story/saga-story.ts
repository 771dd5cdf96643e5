import { isDeepStrictEqual } from 'node:util';
import { type Command, type Duration, type JsonValue, parseDuration, uuidv7 } from '@minos/common';
import { VirtualClock } from '@minos/common/testing';
import type { JournalKind, SagaInstance, SagaPhase, StepOutcome } from '../../contracts/saga-instance.js';
import type { StateOf } from '../../definition/saga-builder.types.js';
import type { SagaDefinition } from '../../definition/saga-definition.js';
import { sagaMetadataOf } from '../../definition/saga.decorator.js';
import type { KnownSaga } from '../../engine/carried-sagas.js';
import { SagaUnknownError } from '../../errors/saga.errors.js';
import { type GivenSaga, instanceOf, serviceOf } from '../service/carried.js';
import { CommandExpectation, LocalExpectation, type LocalEnd, type StoryTurn } from './expectations.js';
import type { LocalHappening, SentHappening } from './happening.js';
import { StoryWorld } from './story-world.js';

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
 * far. Nothing may be left out: before the story goes on it has to expect each command that has left. Needs no test runner.
 */
export function sagaStory<D extends SagaDefinition>(definition: GivenSaga<D>, options: SagaStoryOptions = {}): SagaStory<D> {
  return new SagaStory(definition, options);
}

export class SagaStory<D extends SagaDefinition> {
  private readonly name: string;
  private readonly world: StoryWorld;
  private readonly turn: StoryTurn = {
    answer: (sent, outcome) => this.answer(sent, outcome),
    endLocal: (running, end) => this.endLocal(running, end),
    fail: (message) => this.fail(message),
  };
  private id: string | undefined;

  constructor(definition: GivenSaga<D>, { service, also = [], clock = new VirtualClock() }: SagaStoryOptions) {
    const definitions = [definition, ...also];
    this.name = sagaMetadataOf(instanceOf(definition).constructor)?.name ?? '';
    this.world = new StoryWorld(service ?? serviceOf(definitions) ?? 'saga', clock, definitions);
  }

  get clock(): VirtualClock {
    return this.world.clock;
  }

  /** Begins an instance of the newest version. Resolves with its id, when nothing more happens because of it; a second start with the same key is none. */
  async start(state: StateOf<D>, { key }: { readonly key?: string } = {}): Promise<string> {
    await this.world.goOn(`the saga is started with ${JSON.stringify(state)}`);
    const { unitOfWork, parts } = this.world.process;
    const { type } = this.known();
    return this.begun(unitOfWork.run(() => parts.sagas.start(type, state as never, key === undefined ? {} : { key })));
  }

  /** A message comes that begins it; the same `messageId` is the same message. Resolves with the id of the instance. */
  async startBy(message: object, messageId: string = uuidv7()): Promise<string> {
    const { name } = message.constructor;
    await this.world.goOn(`${name} ${JSON.stringify(message)} comes`);
    const saga = this.known();
    const start = saga.plan.starts.find((one) => one.message === message.constructor);
    if (start === undefined) return this.fail(`${name} begins no ${saga.name}: its plan has no .startedBy(${name}, …).`);
    const { unitOfWork, parts } = this.world.process;
    if (start.init(message as never) === undefined) return this.fail(`The plan says that this ${name} begins no ${saga.name}.`);
    return this.begun(unitOfWork.run((unit) => parts.starts.begin(unit, { saga, start, message, messageId }), { mode: 'new' }));
  }

  /** A command with these data has left: of a step, a compensation or a hook. Which of several that left at once comes first does not matter. */
  expectCommand<C extends AnyCommand>(command: C): CommandExpectation<C> {
    return new CommandExpectation<C>(() => this.world.find('sent', command), this.turn);
  }

  /** A command with these data is running here: of a local step, or its compensation. */
  expectLocal<C extends AnyCommand>(command: C): LocalExpectation<C> {
    return new LocalExpectation<C>(() => this.world.find('local', command), this.turn);
  }

  /** Nothing has happened that the story did not expect. */
  expectNothing(): Promise<void> {
    return this.world.demandTold('expects nothing');
  }

  /** The journal says that, because of what the story did last: `expectNoted('late', 'reserve-stock')`. */
  async expectNoted(kind: JournalKind, step?: string): Promise<void> {
    const { telling } = this.world;
    await telling.listen();
    const isNoted = telling.news.some((entry) => entry.kind === kind && (step === undefined || entry.step === step));
    if (!isNoted) await this.fail(`The story expects that "${kind}" is noted${step === undefined ? '' : ` of ${step}`}, but it is not.`);
  }

  /** So much time passes, and whatever becomes due meanwhile happens. */
  async silence(duration: Duration): Promise<void> {
    await this.world.goOn(`${duration} pass`);
    await this.clock.advance(parseDuration(duration));
    await this.world.settle();
  }

  /** An answer comes that nobody asked for. */
  async stray({ request = uuidv7(), command = '', result = null }: StrayAnswer = {}): Promise<void> {
    const { id } = await this.instance();
    await this.world.goOn(`an answer to ${command || 'nothing'} (${request}) comes`);
    await this.world.deliver({ id: request, name: command, sagaId: id, service: 'somebody' }, { result });
  }

  /** The process dies with all that it has under way, and starts again. */
  async crash(): Promise<void> {
    await this.world.goOn('the process dies and starts again', 'sent');
    await this.world.restart();
  }

  /** The process is replaced by one that has these definitions and no others. */
  async deploy(...definitions: readonly GivenSaga[]): Promise<void> {
    const metadata = definitions.map((one) => sagaMetadataOf(instanceOf(one).constructor));
    const names = metadata.map((one) => `${one?.name} (version ${one?.version})`);
    await this.world.goOn(`a release comes with ${names.join(', ')}`, 'sent');
    await this.world.restart(definitions);
  }

  expectCompleted(expected: { readonly state?: StateOf<D> } = {}): Promise<void> {
    return this.expectEnd('completed', expected);
  }

  expectCompensated(expected: { readonly state?: StateOf<D> } = {}): Promise<void> {
    return this.expectEnd('compensated', expected);
  }

  /** It waits for an operator because of this step, for a reason with these words. */
  async expectParked(step: string, reason = ''): Promise<void> {
    await this.world.demandTold('expects that the saga is parked');
    const { parked } = await this.instance();
    if (parked?.step === step && parked.reason.includes(reason)) return;
    const found = parked === undefined ? 'it is not' : `it is parked at ${parked.step}: ${parked.reason}`;
    await this.fail(`The story expects that the saga is parked at ${step}${reason === '' ? '' : `: ${reason}`}, but ${found}.`);
  }

  /** The first instance that the story has begun, as it is stored. */
  async instance(): Promise<SagaInstance> {
    const found = this.id === undefined ? undefined : await this.world.store.load(this.id);
    return found?.instance ?? this.fail('The story has not begun: write await story.start({ … }) or startBy(new TheEvent(…)).');
  }

  /** The story so far, in words. */
  async text(): Promise<string> {
    await this.world.telling.listen();
    return this.world.telling.text();
  }

  /** The newest version. */
  private known(): KnownSaga {
    const { sagas } = this.world.process.parts.engine;
    const saga = sagas.named(this.name);
    if (saga !== undefined) return saga;
    throw new SagaUnknownError(
      this.name,
      sagas.all.map(({ name, version }) => `${name} (version ${version})`),
    );
  }

  private async begun(work: Promise<string>): Promise<string> {
    const id = await this.world.flow(work);
    this.id ??= id;
    return id;
  }

  private async expectEnd(phase: SagaPhase, { state: expected }: { readonly state?: StateOf<D> }): Promise<void> {
    await this.world.demandTold(`expects that the saga is ${phase}`);
    const { phase: found, state: actual } = await this.instance();
    if (found !== phase) await this.fail(`The story expects that the saga is ${phase}, but it is not.`);
    if (expected === undefined || isDeepStrictEqual(actual, expected)) return;
    const message = `The story expects another state: ${JSON.stringify(expected)} instead of ${JSON.stringify(actual)}.`;
    await this.world.telling.fail({ message, actual, expected });
  }

  private async answer(sent: SentHappening, outcome: StepOutcome): Promise<void> {
    const { sagaId, name, service } = sent;
    if (sagaId === undefined) return this.fail(`Nobody waits for an answer to ${name}: a hook has sent it.`);
    await this.world.goOn(`${service} ${answerInWords(name, outcome)}`);
    await this.world.deliver({ ...sent, sagaId }, outcome);
  }

  private async endLocal({ name, resolve, reject }: LocalHappening, end: LocalEnd): Promise<void> {
    const result = 'words' in end || end.result === undefined ? '' : ` with ${JSON.stringify(end.result)}`;
    await this.world.goOn('words' in end ? end.words : `${name} succeeds${result}`);
    if ('words' in end) reject(end.error);
    else resolve(end.result);
    await this.world.settle();
  }

  private fail(message: string): Promise<never> {
    return this.world.telling.fail({ message });
  }
}

function answerInWords(name: string, outcome: StepOutcome): string {
  if ('result' in outcome) return `answers ${name} with ${JSON.stringify(outcome.result)}`;
  return `rejects ${name} with ${outcome.rejection.code} (${outcome.rejection.message})`;
}
