import { Command, Rejection, UNIT_OF_WORK, type UnitOfWork } from '@minos/common';
import { until } from '@minos/common/testing';
import { MinosModule } from '@minos/nest';
import {
  BadRequestException,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExecutionContext,
  Inject,
  Injectable,
  type LoggerService,
  Module,
  type NestInterceptor,
  Scope,
  type Type,
  UnauthorizedException,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandHandler } from '@nestjs/cqrs';
import {
  type AsyncMicroserviceOptions,
  type ClientProxy,
  Ctx,
  EventPattern,
  MessagePattern,
  Payload,
  RpcException,
} from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { interval, map, of, take, throwError } from 'rxjs';
import { Authorize } from '../middleware/authorize.decorator.js';
import { Consumers } from '../module/consumers.js';
import { Outbox } from '../outbox/outbox.js';
import { ParkedKeys } from '../parked/parked-keys.js';
import { Messages } from '../send/messages.js';
import { AnswerHandler, type Answer } from '../handlers/answer-handler.decorator.js';
import { MINOS_CLIENT, MINOS_TRANSPORT, MinosContext, MinosMicroservicesModule, MinosServer } from './index.js';

const SERVICE = 'desk';

@Command('note.take', { owner: SERVICE, key: 'key' })
class TakeNote extends Command<unknown, string> {
  constructor(
    readonly key: string,
    readonly what = '',
  ) {
    super();
  }
}

/** Answers by the ids of the commands. */
@Injectable()
@AnswerHandler(TakeNote)
class Answers {
  readonly byId = new Map<string, Answer<TakeNote>>();
  handle(answer: Answer<TakeNote>): void {
    this.byId.set(answer.commandId, answer);
  }
}

class Lines implements LoggerService {
  readonly all: string[] = [];
  log = (): void => undefined;
  warn = (line: unknown): void => void this.all.push(String(line));
  error = (line: unknown): void => void this.all.push(String(line));
}

interface Choice {
  readonly controllers?: Type[];
  readonly providers?: Type[];
  readonly connect?: 'before' | 'after' | 'never';
  readonly server?: boolean;
}

const open: { close(): Promise<void> }[] = [];

async function desk({ controllers = [], providers = [], connect = 'before', server = true }: Choice) {
  const lines = new Lines();
  @Module({
    imports: [
      MinosModule.forRoot({
        service: SERVICE,
        storage: 'memory',
        messaging: { broker: { kind: 'memory' }, consumers: { retry: { first: 1, longest: 2 } } },
        features: { http: false, health: false, metrics: false },
      }),
      MinosModule.forFeature({ messages: [TakeNote] }),
      MinosMicroservicesModule.forRoot({ server }),
    ],
    controllers,
    providers: [Answers, ...providers],
  })
  class Desk {}
  const compiled = await Test.createTestingModule({ imports: [Desk] })
    .setLogger(lines)
    .compile();
  const app = compiled.createNestApplication({ logger: lines });
  open.push(app);
  const listen = async (): Promise<void> => {
    app.connectMicroservice({ strategy: app.get(MinosServer) });
    await app.startAllMicroservices();
  };
  if (connect === 'before') await listen();
  await app.init();
  if (connect === 'after') await listen();
  const { byId } = app.get(Answers);
  const messages = app.get(Messages);
  const ask = async (what: string, key = what): Promise<unknown> => {
    const id = await messages.send(new TakeNote(key, what));
    await until(() => byId.has(id), `the answer to ${what}`);
    const answer = byId.get(id) as Answer<TakeNote>;
    return 'result' in answer ? answer.result : answer.rejection;
  };
  return { app, lines, listen, ask, messages };
}

afterEach(async () => {
  for (const app of open.splice(0)) await app.close();
});

@Injectable()
class Refusing implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { what } = context.switchToRpc().getData<TakeNote>();
    if (what === 'guard-throws') throw new UnauthorizedException('who are you?');
    return what !== 'guard-refuses';
  }
}

class SpecialError extends Error {}

@Catch(SpecialError)
class SpecialFilter {
  catch() {
    return throwError(() => ({ code: 'special', message: 'made by a filter', hint: 7 }));
  }
}

let tries = 0;

@Controller()
@UseFilters(new SpecialFilter())
class Outcomes {
  @MessagePattern('note.take')
  @UseGuards(Refusing)
  take(@Payload() { what }: TakeNote, @Ctx() { attempt }: MinosContext): unknown {
    switch (what) {
      case 'document':
        return { taken: true };
      case 'nothing':
        return undefined;
      case 'stream':
        return interval(1).pipe(
          take(3),
          map((n) => ({ n })),
        );
      case 'empty-stream':
        return of();
      case 'rejection':
        throw new Rejection('note.refused', 'not this one', { left: 1 });
      case 'http':
        throw new BadRequestException('no such thing');
      case 'rpc':
        throw new RpcException('a text');
      case 'rpc-object':
        throw new RpcException({ code: 'note.lost', message: 'gone', where: 'here' });
      case 'stream-rejection':
        return throwError(() => new Rejection('note.refused', 'not in a stream'));
      case 'special':
        throw new SpecialError('hidden');
      default:
        tries = attempt;
        if (attempt < 3) throw new Error(`the disk of try ${attempt} is full`);
        return { attempt };
    }
  }
}

describe('what a pattern handler answers', () => {
  let ask: (what: string) => Promise<unknown>;
  let parked: ParkedKeys;
  let closing: { close(): Promise<void> };
  beforeAll(async () => {
    const made = await desk({ controllers: [Outcomes] });
    open.length = 0;
    closing = made.app;
    ask = made.ask;
    parked = made.app.get(ParkedKeys);
  });
  afterAll(() => closing.close());

  it.each([
    ['document', { taken: true }],
    ['nothing', undefined],
    ['stream', { n: 2 }],
    ['empty-stream', undefined],
  ])('%s', async (what, result) => expect(await ask(what)).toEqual(result));

  it.each([
    ['rejection', { code: 'note.refused', message: 'not this one', details: { left: 1 } }],
    ['http', { code: 'http.400', message: 'no such thing' }],
    ['rpc', { code: 'rpc.exception', message: 'a text' }],
    ['rpc-object', { code: 'note.lost', message: 'gone', details: { where: 'here' } }],
    ['stream-rejection', { code: 'note.refused', message: 'not in a stream' }],
    ['special', { code: 'special', message: 'made by a filter', details: { hint: 7 } }],
    ['guard-throws', { code: 'http.401', message: 'who are you?' }],
    ['guard-refuses', { code: 'rpc.exception', message: 'Forbidden resource' }],
  ])('%s is a rejection', async (what, rejection) => expect(await ask(what)).toMatchObject(rejection));

  it('an error is tried again', async () => {
    expect(await ask('twice-wrong')).toEqual({ attempt: 3 });
    expect(tries).toBe(3);
    expect(await parked.list()).toEqual([]);
  });
});

describe('a pattern that always fails', () => {
  @Controller()
  class Failing {
    @MessagePattern('note.take')
    take(@Payload() { what }: TakeNote): string {
      if (what === 'bad') throw new Error('the disk is full');
      return what;
    }
  }

  it('parks its key with the error that was thrown, while others are handled', async () => {
    const { app, ask, messages } = await desk({ controllers: [Failing] });
    await messages.send(new TakeNote('k', 'bad'));
    await messages.send(new TakeNote('k', 'behind'));
    expect(await ask('good')).toBe('good');
    const parked = app.get(ParkedKeys);
    await until(async () => (await parked.list())[0]?.messages === 2, 'both messages parked');
    const [key] = await parked.list();
    expect(key).toMatchObject({ consumer: 'desk.commands', key: 'k' });
    const { messages: held } = await parked.inspect(key!);
    expect(JSON.stringify(held[0], (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).toContain(
      'the disk is full',
    );
  });
});

describe('the unit of a message', () => {
  const units: unknown[] = [];

  @Injectable()
  class Watching implements NestInterceptor {
    constructor(@Inject(UNIT_OF_WORK) private readonly unitOfWork: UnitOfWork) {}
    intercept(_: ExecutionContext, next: CallHandler) {
      units.push(this.unitOfWork.current());
      return next.handle();
    }
  }

  @Controller({ scope: Scope.REQUEST })
  @UseInterceptors(Watching)
  class Writing {
    constructor(
      @Inject(UNIT_OF_WORK) private readonly unitOfWork: UnitOfWork,
      @Inject(MINOS_CLIENT) private readonly client: ClientProxy,
      private readonly outbox: Outbox,
    ) {}

    @MessagePattern({ cmd: 'note.take' })
    async take(@Payload() note: TakeNote, @Ctx() context: MinosContext): Promise<unknown> {
      units.push(this.unitOfWork.current(), context.unit);
      expect(note).toBeInstanceOf(TakeNote);
      this.outbox.enlist(context.unit, { channel: 'desk.events', key: note.key, type: 'note.outbox', data: { what: note.what } });
      // Nobody waits for it.
      this.client.emit('note.taken', { what: note.what });
      if (note.what === 'fails') throw new Rejection('note.refused', 'all of it is undone');
      return context.message.key;
    }
  }

  @Controller()
  class Hearing {
    readonly heard: string[] = [];
    @EventPattern<string>('note.taken', MINOS_TRANSPORT)
    taken(@Payload() { what }: { what: string }): void {
      this.heard.push(what);
    }
    @EventPattern<string>('note.taken')
    takenToo(@Payload() { what }: { what: string }): void {
      this.heard.push(`${what} too`);
    }
    @EventPattern<string>({ event: 'note.outbox' } as never)
    outbox(@Payload() { what }: { what: string }): void {
      this.heard.push(`${what} by outbox`);
    }
  }

  it('surrounds interceptors and handlers, and carries what they send, or nothing of it', async () => {
    const { app, ask } = await desk({ controllers: [Writing, Hearing], providers: [Watching] });
    expect(await ask('fails')).toMatchObject({ code: 'note.refused' });
    expect(await ask('works')).toBe('works');
    const { heard } = app.get(Hearing);
    await until(() => heard.length >= 3, 'the events');
    expect(heard.sort()).toEqual(['works', 'works by outbox', 'works too']);
    const [intercepted, current, given] = units.slice(-3);
    expect(intercepted).toBeDefined();
    expect(current).toBe(intercepted);
    expect(given).toBe(intercepted);
    const consumers = app.get(Consumers).plans();
    expect(consumers).toContainEqual({ consumer: 'desk.patterns.desk', channels: ['desk.events'], types: ['note.taken', 'note.outbox'] });
  });
});

describe('middleware of the application', () => {
  @Authorize({ roles: ['clerk'] })
  @Controller()
  class Guarded {
    @MessagePattern('note.take')
    take(): string {
      return 'taken';
    }
  }

  it('stands around pattern handlers too: roles are asked for', async () => {
    const { ask } = await desk({ controllers: [Guarded] });
    expect(await ask('x')).toMatchObject({ code: 'forbidden' });
  });

  it('roles of several handlers of one event must be the same', async () => {
    @Authorize({ roles: ['clerk'] })
    @Controller()
    class One {
      @EventPattern<string>('note.taken') on(): void {}
    }
    @Controller()
    class Two {
      @EventPattern<string>('note.taken') on(): void {}
    }
    await expect(desk({ controllers: [One, Two] })).rejects.toThrow('One.on() and Two.on() handle note.taken and differ in @Authorize');
  });
});

describe('at the start', () => {
  @CommandHandler(TakeNote)
  class TakeNoteHandler {
    execute(): string {
      return 'ours';
    }
  }

  @Controller()
  class Patterned {
    @MessagePattern('note.take')
    take(): string {
      return 'pattern';
    }
  }

  @Controller()
  class Other {
    @MessagePattern('note.other')
    other(): string {
      return 'other';
    }
  }

  const starting = (choice: Choice): Promise<string> =>
    desk(choice).then(
      () => 'it started',
      (error: Error) => error.message,
    );

  it.each(['before', 'after'] as const)('one name has one handler, connected %s the application starts', async (connect) => {
    const error = await starting({ controllers: [Patterned], providers: [TakeNoteHandler], connect });
    expect(error).toContain('TakeNoteHandler');
    expect(error).toContain('Patterned.take()');
    expect(error).toContain('note.take');
  });

  it('patterns that fit nothing are named, all at once', async () => {
    @Controller()
    class Wrong {
      @MessagePattern('note.*') star(): void {}
      @MessagePattern({ cmd: 'note.a', role: 'x' }) role(): void {}
      @MessagePattern('note.b', { from: 'order' }) from(): void {}
      @EventPattern<string>('note.c', { form: 'order' }) typo(): void {}
      @MessagePattern('note.d') one(): void {}
      @MessagePattern('note.d') two(): void {}
    }
    const error = await starting({ controllers: [Wrong] });
    for (const part of ["'note.*'", 'no wildcards', '"role":"x"', 'from', 'form', 'Wrong.one() and Wrong.two()'])
      expect(error).toContain(part);
  });

  it('patterns and command handlers share the commands of the service', async () => {
    const { app, ask } = await desk({ controllers: [Other], providers: [TakeNoteHandler], connect: 'after' });
    expect(await ask('x')).toBe('ours');
    expect(app.get(Consumers).plans()).toContainEqual({
      consumer: 'desk.commands',
      channels: ['desk.commands'],
      types: expect.arrayContaining(['note.take', 'note.other']),
    });
  });

  it('commands wait for a microservice that is connected later, and one line says so', async () => {
    const { app, ask, messages, lines, listen } = await desk({ controllers: [Other], providers: [TakeNoteHandler], connect: 'never' });
    expect(lines.all.join()).toContain('connectMicroservice({ strategy: app.get(MinosServer) })');
    await messages.send(new TakeNote('early'));
    expect(
      app
        .get(Consumers)
        .statuses()
        .find(({ consumer }) => consumer === 'desk.commands')?.running,
    ).toBe(false);
    await listen();
    expect(await ask('x')).toBe('ours');
    expect(await app.get(ParkedKeys).list()).toEqual([]);
  });

  it('an application that only sends need not connect one', async () => {
    const { ask, lines } = await desk({ controllers: [Other], providers: [TakeNoteHandler], connect: 'never', server: false });
    expect(await ask('x')).toBe('ours');
    expect(lines.all).toEqual([]);
  });

  it('a microservice without HTTP takes it from the container, and ends what it has in hand', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let ended = false;
    let begun = false;

    @Controller()
    class Slow {
      @MessagePattern('note.take')
      async take(): Promise<void> {
        begun = true;
        await held;
        ended = true;
      }
    }

    @Module({
      imports: [
        MinosModule.forRoot({ service: SERVICE, storage: 'memory', features: { http: false, health: false, metrics: false } }),
        MinosModule.forFeature({ messages: [TakeNote] }),
        MinosMicroservicesModule.forRoot({}),
      ],
      controllers: [Slow],
    })
    class Desk {}
    const app = await NestFactory.createMicroservice<AsyncMicroserviceOptions>(Desk, {
      useFactory: (strategy: MinosServer) => ({ strategy }),
      inject: [MinosServer],
      logger: false,
    } as AsyncMicroserviceOptions);
    await app.listen();
    await app.get(Messages).send(new TakeNote('x'));
    await until(() => begun, 'the handler to begin');
    const closed = app.close();
    release();
    await closed;
    expect(ended).toBe(true);
  });
});
