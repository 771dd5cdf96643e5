import { Command, MemoryCommitter, MessageRegistry, type Unit, UnitOfWorkEngine, uuidv7 } from '@minos/common';
import { VirtualClock } from '@minos/common/testing';
import type { OutgoingMessage } from '@minos/messaging/contracts';
import type { StepOutcome } from '../contracts/saga-instance.js';
import { planHash } from '../definition/plan-hash.js';
import { saga } from '../definition/saga-builder.js';
import { SagaDefinition } from '../definition/saga-definition.js';
import { Saga } from '../definition/saga.decorator.js';
import { MemorySagaStore } from '../memory/memory-saga-store.js';
import { CarriedSagas, type KnownSaga } from './carried-sagas.js';
import { SagaEngine } from './saga-engine.js';

@Command('ware.take', { owner: 'ware' })
class Take extends Command<void, 'ware.none'> {
  constructor(readonly number: number) {
    super();
  }
}
@Command('ware.weigh', { owner: 'ware' })
class Weigh extends Command<void, 'ware.none'> {
  constructor(readonly number: number) {
    super();
  }
}
@Command('ware.put-back', { owner: 'ware' })
class PutBack extends Command {
  constructor(readonly number: number) {
    super();
  }
}

interface State {
  readonly number: number;
}
const first = () =>
  saga<State>()
    .step('take')
    .invoke(({ number }) => new Take(number))
    .compensate(({ number }) => new PutBack(number));
const last = (steps: ReturnType<typeof first>) =>
  steps
    .step('weigh')
    .invoke(({ number }) => new Weigh(number))
    .noCompensation()
    .build();

@Saga('ware', { version: 1 })
class WareOne extends SagaDefinition<State> {
  readonly plan = last(first());
}
/** Takes twice. */
@Saga('ware', { version: 2 })
class WareTwo extends SagaDefinition<State> {
  readonly plan = last(
    first()
      .step('take-more')
      .invoke(({ number }) => new Take(number))
      .compensate(({ number }) => new PutBack(number)),
  );
}

function known(type: new () => SagaDefinition, version: number): KnownSaga {
  const plan = new type().plan;
  return { name: 'ware', version, hash: planHash(plan), type, plan };
}
const [ONE, TWO] = [known(WareOne, 1), known(WareTwo, 2)];

interface Answer {
  readonly sagaId: string;
  readonly request: string;
  readonly command: string;
  readonly outcome: StepOutcome;
}

/** The database of a service, and everything that is under way to it and from it. */
class Database {
  readonly clock = new VirtualClock();
  readonly committer = new MemoryCommitter();
  readonly store = new MemorySagaStore(this.clock, this.committer);
  readonly unitOfWork = new UnitOfWorkEngine({ committer: this.committer, clock: this.clock, newId: uuidv7 });
  readonly answers: Answer[] = [];
  readonly takes = new Map<number, number>();
  readonly strays: string[] = [];

  /** Every third is not to be had, in the end. */
  handle({ id: request = '', key, type, data }: OutgoingMessage): void {
    const { number } = data as { readonly number: number };
    if (type !== 'ware.weigh') this.takes.set(number, (this.takes.get(number) ?? 0) + (type === 'ware.take' ? 1 : -1));
    const refused = type === 'ware.weigh' && number % 3 === 0;
    const outcome: StepOutcome = refused ? { rejection: { code: 'ware.none', message: 'none' } } : { result: null };
    this.answers.push({ sagaId: key, request, command: type, outcome });
  }
}

/** A process of the service, with the versions that its code has. */
class Process {
  readonly engine: SagaEngine;
  readonly hints: string[] = [];

  constructor(
    private readonly database: Database,
    readonly carried: readonly KnownSaga[],
  ) {
    const { store, clock, unitOfWork } = database;
    const enlist = (unit: Unit, message: OutgoingMessage): string => {
      unit.onCommitted(() => database.handle(message));
      return message.id ?? '';
    };
    this.engine = new SagaEngine(new CarriedSagas(() => carried), {
      ...{ service: 'shop', store, unitOfWork, clock, newId: uuidv7, outbox: { enlist } },
      registry: new MessageRegistry().register(Take, Weigh, PutBack),
      onDue: (id) => void this.hints.push(id),
      onUnapplied: ({ why }) => void database.strays.push(why),
    });
  }

  async start(saga: KnownSaga, number: number): Promise<string> {
    const id = uuidv7();
    await this.database.unitOfWork.run((unit) => this.engine.start(unit, { saga, state: { number }, id, when: 'now' }));
    return id;
  }

  async answer({ sagaId, ...answer }: Answer): Promise<void> {
    await this.database.unitOfWork.run((unit) => this.engine.answer(unit, sagaId, answer));
  }

  /** As the runner does. Resolves with how many it has brought on. */
  async look(): Promise<number> {
    const { ids } = await this.database.store.claimDue(this.carried, 1_000, 10_000);
    const all = [...new Set([...ids, ...this.hints.splice(0)])];
    for (const id of all) await this.database.unitOfWork.run((unit) => this.engine.react(unit, id), { mode: 'new' });
    return ids.length;
  }
}

/** Answers reach the processes in turn, whatever those carry. */
async function goOn(database: Database, processes: readonly Process[], rounds = 20): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const answers = database.answers.splice(0);
    for (const [index, answer] of answers.entries()) await processes[index % processes.length]?.answer(answer);
    const done = await Promise.all(processes.map((process) => process.look()));
    if (answers.length === 0 && done.every((count) => count === 0)) return;
  }
}

async function ends(database: Database): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { instance } of await database.store.list({}, { limit: 10_000 })) {
    const name = `${instance.version} ${instance.phase}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

it('an instance is brought on by whoever has its plan; an answer that comes to another process is kept for one', async () => {
  const database = new Database();
  const [old, next] = [new Process(database, [ONE]), new Process(database, [TWO])];
  const id = await old.start(ONE, 1);
  const [answer] = database.answers.splice(0);
  if (answer !== undefined) await next.answer(answer);
  const { store } = database;
  expect((await store.load(id))?.mail.map(({ body }) => body)).toMatchObject([{ kind: 'answer', command: 'ware.take' }]);
  // Nothing of what another process has to do moves here.
  expect(await next.look()).toBe(0);
  expect((await store.load(id))?.instance.steps['take']?.status).toBe('waiting');
  expect(await old.look()).toBe(1);
  expect(await store.load(id)).toMatchObject({ mail: [], instance: { steps: { take: { status: 'done' }, weigh: { status: 'waiting' } } } });
  // The same once more, by way of the mail: it is late.
  if (answer !== undefined) await next.answer(answer);
  await goOn(database, [old, next]);
  expect(await ends(database)).toEqual({ '1 completed': 1 });
  expect(database.strays).toEqual(['nobody waits for it any more']);
});

it('a forged answer that waits for a process does not stand in the way of the true one', async () => {
  const database = new Database();
  const [old, next] = [new Process(database, [ONE]), new Process(database, [TWO])];
  await old.start(ONE, 1);
  const [answer] = database.answers.splice(0);
  if (answer === undefined) throw new Error('nothing was asked');
  await next.answer({ ...answer, command: 'ware.weigh' });
  await next.answer(answer);
  await goOn(database, [old, next]);
  expect(await ends(database)).toEqual({ '1 completed': 1 });
  expect(database.strays).toEqual(['it was never asked for']);
});

it('answers to what was never asked fill no mail of an instance whose plan is not here', async () => {
  const database = new Database();
  const [old, next] = [new Process(database, [ONE]), new Process(database, [TWO])];
  const id = await old.start(ONE, 1);
  const [answer] = database.answers.splice(0);
  if (answer === undefined) throw new Error('nothing was asked');
  for (let count = 0; count < 100; count += 1) await next.answer({ ...answer, request: uuidv7() });
  expect((await database.store.load(id))?.mail).toEqual([]);
  await next.answer(answer);
  expect((await database.store.load(id))?.mail).toHaveLength(1);
});

it('500 instances survive a new version that is deployed step by step and rolled back', async () => {
  const database = new Database();
  const old = [new Process(database, [ONE]), new Process(database, [ONE])];
  for (let number = 0; number < 500; number += 1) await old[number % 2]?.start(ONE, number);
  await goOn(database, old, 1);
  // One process has both, one is old; new instances are of the new version.
  const both = new Process(database, [ONE, TWO]);
  for (let number = 500; number < 600; number += 1) await both.start(TWO, number);
  await goOn(database, [both, ...old.slice(1)], 1);
  // The old version is gone too early, and comes back with the rollback.
  const next = [new Process(database, [TWO])];
  await goOn(database, next, 3);
  expect((await database.store.inUse()).find(({ version }) => version === 1)?.live).toBeGreaterThan(0);
  await goOn(database, [new Process(database, [ONE]), new Process(database, [ONE])]);
  expect(await ends(database)).toMatchObject({ '1 completed': 333, '1 compensated': 167 });
  // What the new version has begun waits for it.
  await goOn(database, [new Process(database, [ONE, TWO])]);
  expect(await ends(database)).toEqual({ '1 completed': 333, '1 compensated': 167, '2 completed': 67, '2 compensated': 33 });
  const wrong = [...database.takes].filter(([number, count]) => count !== (number % 3 === 0 ? 0 : number < 500 ? 1 : 2));
  expect(wrong).toEqual([]);
  expect(database.strays).toEqual([]);
});
