import { Aggregate, AggregateRepository, AggregateRoot, On, streamOf } from '@minos/event-sourcing';
import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import { Command, Event, isMinosError, MESSAGE_REGISTRY, type MessageRegistry } from '@minos/common';
import { Injectable, type LoggerService, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandHandler } from '@minos/cqrs';
import { Test } from '@nestjs/testing';
import { MinosModule } from './minos.module.js';
import type { MinosOptions } from './options/minos-options.js';
import { createTestingApp } from './testing/create-testing-app.js';

@Event('thing.made')
class ThingMade {
  constructor(readonly label: string) {}
}

@Aggregate('thing')
class Thing extends AggregateRoot {
  label = '';
  make(label: string): void {
    this.apply(new ThingMade(label));
  }
  @On(ThingMade) protected made(event: ThingMade): void {
    this.label = event.label;
  }
}

@Injectable()
class Things {
  constructor(@InjectAggregateRepository(Thing) readonly repository: AggregateRepository<Thing>) {}
}

class Anonymous {}

@CommandHandler(Anonymous)
class AnonymousHandler {
  execute(): Promise<void> {
    return Promise.resolve();
  }
}

@Command('thing.make', { owner: 'things' })
class MakeThing extends Command {}

@CommandHandler(MakeThing)
class MakeThingHandler {
  execute(): Promise<void> {
    return Promise.resolve();
  }
}

const memory: MinosOptions = { service: 'things', storage: 'memory' };
const feature = MinosModule.forFeature({ aggregates: [Thing] });
const parts = { providers: [Things], exports: [Things] };

const SILENT: LoggerService = { log: () => undefined, warn: () => undefined, error: () => undefined };

class Lines implements LoggerService {
  readonly all: string[] = [];
  log = (line: unknown): void => void this.all.push(String(line));
  warn = this.log;
  error = this.log;
}

const bootError = async (module: Type | object): Promise<string> => {
  try {
    const compiled = await Test.createTestingModule({ imports: [module as Type] })
      .setLogger(SILENT)
      .compile();
    await compiled.createNestApplication({ logger: false }).init();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'it started';
};

async function works(module: Type): Promise<void> {
  const { get, close } = await createTestingApp(module);
  const things = get(Things);
  await things.repository.create('1', (thing) => thing.make('a'));
  expect((await things.repository.load('1')).label).toBe('a');
  await close();
}

describe('MinosModule', () => {
  it('composes a service from plain options', async () => {
    @Module({ imports: [MinosModule.forRoot(memory), feature], ...parts })
    class App {}
    await works(App);
  });

  it('takes options from a factory with injected parts', async () => {
    @Module({ providers: [{ provide: 'NAME', useValue: 'things' }], exports: ['NAME'] })
    class Configuration {}

    @Module({
      imports: [
        // #region async
        MinosModule.forRootAsync({
          imports: [Configuration],
          inject: ['NAME'],
          useFactory: async (service: string) => ({ service, storage: 'memory' as const }),
          features: { metrics: false },
        }),
        // #endregion
        feature,
      ],
      ...parts,
    })
    class App {}
    await works(App);
  });

  it('takes options from a class, its own or one that is there', async () => {
    @Injectable()
    class Options {
      create(): MinosOptions {
        return memory;
      }
    }
    @Module({ imports: [MinosModule.forRootAsync({ useClass: Options }), feature], ...parts })
    class ByClass {}
    await works(ByClass);

    @Module({ providers: [Options], exports: [Options] })
    class OptionsModule {}
    @Module({ imports: [MinosModule.forRootAsync({ imports: [OptionsModule], useExisting: Options }), feature], ...parts })
    class ByExisting {}
    await works(ByExisting);
  });

  it('lets two applications in one process be strangers', async () => {
    @Module({ imports: [MinosModule.forRoot(memory), feature], ...parts })
    class App {}
    const [one, other] = [await createTestingApp(App), await createTestingApp(App)];
    await one.get(Things).repository.create('1', (thing) => thing.make('a'));
    expect(await other.get(Things).repository.find('1')).toBeUndefined();
    await Promise.all([one.close(), other.close()]);
  });

  it('makes one repository of an aggregate, however many modules declare it', async () => {
    @Module({ imports: [MinosModule.forFeature({ aggregates: [Thing] })], ...parts })
    class Other {}
    @Module({ imports: [MinosModule.forRoot(memory), feature, Other], providers: [Things] })
    class App {}
    const app = await createTestingApp(App);
    const repositories = [app.app.select(App).get(Things), app.app.select(Other).get(Things)].map(({ repository }) => repository);
    expect(repositories[0]).toBe(repositories[1]);
    await app.close();
  });

  it('works without HTTP, and lets the process end', async () => {
    @Module({ imports: [MinosModule.forRoot(memory), feature], ...parts })
    class App {}
    const context = await NestFactory.createApplicationContext(App, { logger: false });
    const id = await context.get(Things).repository.create('1', (thing) => {
      thing.make('a');
      return streamOf(thing).id;
    });
    expect(id).toBe('1');
    await context.close();
  });

  it('makes named messages of handlers known and lists the unnamed ones in its report', async () => {
    @Module({
      imports: [MinosModule.forRoot({ ...memory, links: { things: '/things' } }), feature],
      providers: [AnonymousHandler, MakeThingHandler],
    })
    class App {}
    const lines = new Lines();
    const { get, close, http } = await createTestingApp(App, { logger: lines });
    expect(get<MessageRegistry>(MESSAGE_REGISTRY).find('thing.make')?.target).toBe(MakeThing);
    const report = lines.all.find((line) => line.includes('is up')) ?? '';
    expect(report).toContain('Service "things" is up');
    expect(report).toMatch(/aggregates +thing \(Thing\)/);
    expect(report).toMatch(/events +thing\.made v1 \(ThingMade\)/);
    expect(report).toMatch(/thing\.make → MakeThingHandler/);
    expect(report).toMatch(/unnamed +Anonymous/);
    expect(report).toContain(`${http.url}/things`);
    await close();
  });
});

describe('a service that can not start says', () => {
  it('which forFeature is missing', async () => {
    @Module({ imports: [MinosModule.forRoot(memory)], providers: [Things] })
    class App {}
    expect(await bootError(App)).toContain('MinosModule.forFeature({ aggregates: [Thing] })');
  });

  it('that forRoot is missing', async () => {
    @Module({ imports: [MinosModule.forFeature({ aggregates: [Thing] })] })
    class App {}
    expect(await bootError(App)).toMatch(/Thing.*MinosModule\.forRoot\(\{ service \}\)/);
  });

  it('which event has no name', async () => {
    class Nameless {}
    @Aggregate('odd')
    class Odd extends AggregateRoot {
      @On(Nameless) protected happened(): void {}
    }
    expect(
      await bootError({ module: class App {}, imports: [MinosModule.forRoot(memory), MinosModule.forFeature({ aggregates: [Odd] })] }),
    ).toMatch(/Nameless.*@Event/s);
  });

  it('which classes claim one name', async () => {
    @Event('thing.made')
    class Impostor {}
    const message = await bootError({
      module: class App {},
      imports: [MinosModule.forRoot(memory), feature, MinosModule.forFeature({ messages: [Impostor] })],
    });
    expect(message).toMatch(/ThingMade.*Impostor/s);
  });

  it('which event has two handlers', async () => {
    @Aggregate('twice')
    class Twice extends AggregateRoot {
      @On(ThingMade) protected made(): void {}
      onThingMade(): void {}
    }
    expect(
      await bootError({ module: class App {}, imports: [MinosModule.forRoot(memory), MinosModule.forFeature({ aggregates: [Twice] })] }),
    ).toMatch(/made\(\).*onThingMade\(\)/s);
  });

  it('all that is wrong with its options, at once', async () => {
    const wrong = {
      service: 'Things!',
      storage: 'memory',
      databse: {},
      database: { max: 0 },
      shutdown: { delay: 'soon' },
    } as unknown as MinosOptions;
    const message = await bootError({ module: class App {}, imports: [MinosModule.forRoot(wrong)] });
    expect(message).toMatch(/service.*databse.*"database"/s);
    expect(message).toContain('database.max');
    expect(message).toContain('shutdown.delay');
  });

  describe('in production', () => {
    const before = process.env['NODE_ENV'];
    const url = process.env['DATABASE_URL'];
    beforeAll(() => {
      process.env['NODE_ENV'] = 'production';
      delete process.env['DATABASE_URL'];
    });
    afterAll(() => {
      process.env['NODE_ENV'] = before;
      if (url !== undefined) process.env['DATABASE_URL'] = url;
    });

    it.each([
      ['MEMORY_STORAGE_IN_PRODUCTION', memory],
      ['DATABASE_URL_MISSING', { service: 'things' }],
      ['DEV_PRINCIPAL_IN_PRODUCTION', { service: 'things', http: { devPrincipal: true } }],
    ])('%s', async (code, options: MinosOptions) => {
      const compiling = Test.createTestingModule({ imports: [MinosModule.forRoot(options)] })
        .setLogger(SILENT)
        .compile();
      await expect(compiling.catch((error: unknown) => isMinosError(error, code))).resolves.toBe(true);
    });
  });
});

describe('createTestingApp', () => {
  it('is up in under a second', async () => {
    @Module({ imports: [MinosModule.forRoot({ service: 'things' }), feature], ...parts })
    class App {}
    // The processor's time, and the best of some: what else the machine does is not the kit's.
    const times: number[] = [];
    while (times.length < 8 && !(Math.min(...times) < 1_000)) {
      const begun = process.cpuUsage();
      const { close } = await createTestingApp(App, { storage: 'memory' });
      const { user, system } = process.cpuUsage(begun);
      times.push((user + system) / 1_000);
      await close();
    }
    expect(Math.min(...times)).toBeLessThan(1_000);
  });
});
