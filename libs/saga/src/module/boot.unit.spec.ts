import { Command, Event } from '@minos/common';
import { MinosModule } from '@minos/nest';
import { createTestingApp, type TestingApp } from '@minos/nest/testing';
import { Inject, Injectable, Module, type Provider, Scope, type Type } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { SagaPlan } from '../definition/plan.js';
import { saga } from '../definition/saga-builder.js';
import { SagaDefinition } from '../definition/saga-definition.js';
import { Saga } from '../definition/saga.decorator.js';
import { Sagas } from '../api/sagas.js';
import { SagaStatistics } from '../health/saga-statistics.js';
import { SAGA_PARTS, type SagaParts } from './saga.providers.js';
import { SAGA_STORE } from './tokens.js';
import type { SagaStore } from '../contracts/saga-store.js';

@Command('work.do', { owner: 'worker' })
class Work extends Command {}
@Command('boot.begin', { owner: 'boot' })
class Begin extends Command<{ sagaId: string }> {}
@Event('boot.happened')
class Happened {}

const start = () => saga<{ id: string }>();
const work = (builder = start()) =>
  builder
    .step('work')
    .invoke(() => new Work())
    .noCompensation()
    .build();

@Saga('plain', { version: 1 })
class Plain extends SagaDefinition<{ id: string }> {
  readonly plan = work();
}
@Saga('plain', { version: 1 })
class PlainToo extends SagaDefinition {
  readonly plan = work();
}
@Saga('plain', { version: 2 })
class PlainNext extends SagaDefinition {
  readonly plan = work(start().startedBy(Happened, () => ({ id: '' })));
}
@Saga('no-plan', { version: 1 })
class NoPlan {
  declare readonly plan: SagaPlan;
}
@Saga('scoped', { version: 1 })
@Injectable({ scope: Scope.REQUEST })
class Scoped extends SagaDefinition {
  readonly plan = work();
}
@Injectable({ scope: Scope.REQUEST })
class Visitor {
  constructor(@Inject(REQUEST) readonly request: unknown) {}
}
@Saga('visited', { version: 1 })
class Visited extends SagaDefinition {
  readonly plan = work();
  constructor(readonly visitor: Visitor) {
    super();
  }
}
@Saga('no-version', { version: 0 })
class NoVersion extends SagaDefinition {
  readonly plan = work();
}
class Undecorated extends SagaDefinition {
  readonly plan = work();
}
class Derived extends Plain {}
@Saga('two words', { version: 1 })
class NoName extends SagaDefinition {
  readonly plan = work();
}
@Saga('nesting', { version: 1 })
class Nesting extends SagaDefinition {
  readonly plan = start()
    .step('inner')
    .saga(Plain, (state) => state)
    .build();
}
@Saga('begun', { version: 1 })
class Begun extends SagaDefinition {
  readonly plan = work(start().startedByCommand(Begin, () => ({ id: '' })));
}
@Saga('begun-too', { version: 1 })
class BegunToo extends SagaDefinition {
  readonly plan = work(start().startedByCommand(Begin, () => ({ id: '' })));
}
@CommandHandler(Begin)
class BeginHandler implements ICommandHandler<Begin> {
  async execute(): Promise<{ sagaId: string }> {
    return { sagaId: '' };
  }
}

type Features = Parameters<typeof MinosModule.forRoot>[0]['features'];
interface Given {
  readonly sagas?: readonly Type<SagaDefinition>[];
  readonly providers?: Provider[];
  readonly features?: Features;
}

function moduleOf({ sagas = [], providers = [], features = {} }: Given): Type {
  @Module({ imports: [MinosModule.forRoot({ service: 'boot', features }), MinosModule.forFeature({ sagas })], providers })
  class Service {}
  return Service;
}

let opened: TestingApp | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});
async function boot(given: Given): Promise<TestingApp> {
  return (opened = await createTestingApp(moduleOf(given)));
}

const OFF =
  'sagas need messaging and the buses, and something of that is off. Leave messaging: false, cqrs: false and saga: false out of the features.';
const SCOPED =
  'it, or something that it is given, is in request scope, and its instances belong to no request. Take what is away; commands reach what they need.';

const REFUSED: readonly (readonly [what: string, given: Given, faults: readonly string[]])[] = [
  [
    'two classes with one name and version',
    { sagas: [Plain, PlainToo] },
    ["@Saga('plain', { version: 1 }) is on Plain and on PlainToo. Give one of them another version."],
  ],
  ['a class without a plan', { sagas: [NoPlan] }, ['@Saga on NoPlan: it has no plan. Write readonly plan = saga<State>()…build();']],
  ['a definition without @Saga', { sagas: [Undecorated] }, ["Undecorated: write @Saga('the.name', { version: 1 }) on it."]],
  ['one that has @Saga from another class', { sagas: [Plain, Derived] }, ["Derived: write @Saga('the.name', { version: 1 }) on it."]],
  ['a definition in request scope', { sagas: [Scoped] }, [`@Saga on Scoped: ${SCOPED}`]],
  ['one that is given something of a request', { sagas: [Visited], providers: [Visitor] }, [`@Saga on Visited: ${SCOPED}`]],
  ['no version', { sagas: [NoVersion] }, ['@Saga on NoVersion: 0 is no version. Write a whole number from 1.']],
  ['no durable name', { sagas: [NoName] }, [expect.stringContaining('"two words"') as string]],
  [
    'a saga in it that is not there',
    { sagas: [Nesting] },
    ['Nesting, step "inner": Plain is no saga of this service. Add it: MinosModule.forFeature({ sagas: [Plain] }).'],
  ],
  [
    'a command that begins it and has a handler',
    { sagas: [Begun], providers: [BeginHandler] },
    ['Begun is started by boot.begin, and BeginHandler handles it too. Keep one: only one can answer.'],
  ],
  [
    'a command that begins two',
    { sagas: [Begun, BegunToo] },
    ['Begun and BegunToo are both started by boot.begin. Keep one: only one can answer.'],
  ],
  ['no messaging', { sagas: [Plain], features: { messaging: false } }, [`@Saga on Plain: ${OFF}`]],
  ['no buses', { sagas: [Plain], features: { cqrs: false } }, [`@Saga on Plain: ${OFF}`]],
  ['sagas that are off', { sagas: [Plain], features: { saga: false } }, [`@Saga on Plain: ${OFF}`]],
];

describe('the start of an application', () => {
  it.each(REFUSED)('is refused with %s', async (_what, given, faults) => {
    // One that uses a scoped provider of another module is given it there.
    const providers = [...(given.providers ?? []), ...(given.sagas?.includes(Visited) ? [Visited] : [])];
    const sagas = given.sagas?.filter((type) => type !== Visited) ?? [];
    await expect(boot({ ...given, sagas, providers })).rejects.toMatchObject({ code: 'SAGA_PLANS_INVALID', details: { faults } });
  });

  it('tells everything that is wrong at once', async () => {
    await expect(boot({ sagas: [NoPlan, NoVersion, Nesting] })).rejects.toMatchObject({
      details: { faults: [expect.stringContaining('NoPlan'), expect.stringContaining('NoVersion'), expect.stringContaining('Nesting')] },
    });
  });

  it('takes a saga among the providers as one of forFeature, in several versions', async () => {
    const { get } = await boot({ providers: [Plain, PlainNext] });
    const id = await get<Sagas>(Sagas).start(Plain, { id: '7' });
    expect(await get<SagaStore>(SAGA_STORE).load(id)).toMatchObject({ instance: { name: 'plain', version: 1, state: { id: '7' } } });
  });

  it.each([true, false])('brings sagas on where messages are handled (run: %s)', async (run) => {
    opened = await createTestingApp(moduleOf({ sagas: [Plain] }), { messaging: { run } });
    expect((await opened.get<SagaParts>(SAGA_PARTS).runner.status()).active).toBe(run);
    // Its health says nothing of what others do.
    expect(opened.get<SagaStatistics>(SagaStatistics).watch.active).toBe(run);
  });

  it.each<readonly [string, object, RegExp]>([
    ['runner', { runner: { poll: 'often' } }, /SagaRunner.*poll/s],
    ['purge', { purge: { retention: 1 } }, /SagaPurge.*retention/s],
    ['anything else', { keep: '1d' }, /SAGA_OPTIONS.*keep/s],
  ])('tells what is wrong with options of sagas: %s', async (_which, sagas, expected) => {
    await expect(createTestingApp(moduleOf({ sagas: [Plain] }), { sagas })).rejects.toThrow(expected);
  });

  it('needs no saga', async () => {
    const { get } = await boot({});
    await expect(get<Sagas>(Sagas).start(Plain, { id: '7' })).rejects.toMatchObject({
      code: 'SAGA_UNKNOWN',
      message: expect.stringContaining('MinosModule.forFeature({ sagas: [Plain] })') as string,
    });
  });
});
