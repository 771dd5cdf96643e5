import 'reflect-metadata';
import {
  ArgumentMetadata,
  ArgumentsHost,
  BadRequestException,
  CallHandler,
  CanActivate,
  Catch,
  ConflictException,
  ExceptionFilter,
  ExecutionContext,
  Inject,
  Injectable,
  Logger,
  NestInterceptor,
  PipeTransform,
  Provider,
  Scope,
  SetMetadata,
  Type,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  ValidationPipe,
} from '@nestjs/common';
import {
  APP_FILTER,
  APP_GUARD,
  APP_INTERCEPTOR,
  APP_PIPE,
  ApplicationConfig,
  ContextIdFactory,
  DiscoveryModule,
  DiscoveryService,
  ModulesContainer,
  Reflector,
  REQUEST,
} from '@nestjs/core';
import { Test, TestingModule } from '@nestjs/testing';
import { IsInt } from 'class-validator';
import { map, of, tap, throwError } from 'rxjs';
import { Rejection } from '@minos/common';
import type { MessageContext } from '../contracts/message-handler.js';
import { contextOf, envelopeOf } from '../middleware/call-kit.js';
import { MessageHandlerInvoker, type MessageHandlerInvokerOptions } from './message-handler-invoker.js';
import { isMinosContext, minosContextOf, minosMessageOf } from './minos-context.js';

const SEEN = Symbol('seen');

@Injectable()
class Guard implements CanActivate {
  constructor(
    @Inject(SEEN) private readonly seen: unknown[],
    private readonly reflector: Reflector,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const open = this.reflector.getAllAndOverride<boolean | undefined>('open', [context.getHandler(), context.getClass()]) ?? true;
    this.seen.push(`guard of ${context.getClass().name}.${context.getHandler().name}`);
    return open;
  }
}

@Injectable()
class Interceptor implements NestInterceptor {
  constructor(@Inject(SEEN) private readonly seen: unknown[]) {}

  intercept(context: ExecutionContext, next: CallHandler) {
    this.seen.push(`interceptor: ${minosContextOf(context).envelope.id === contextOf().envelope.id}`);
    return next.handle().pipe(
      tap(() => this.seen.push('interceptor out')),
      map((result: unknown) => ({ intercepted: result })),
    );
  }
}

@Injectable()
class Pipe implements PipeTransform {
  constructor(@Inject(SEEN) private readonly seen: unknown[]) {}

  transform(value: { total: number }, { type, metatype }: ArgumentMetadata): object {
    this.seen.push(`pipe: ${type} ${metatype?.name}`);
    return Object.assign(new Order(), { total: value.total + 1 });
  }
}

@Catch(TypeError)
class Filter implements ExceptionFilter {
  catch(error: TypeError, host: ArgumentsHost): never {
    throw new Rejection('typed', `${error.message} of ${minosMessageOf<Order>(host).total} in ${host.getType()}`);
  }
}

class Order {
  @IsInt()
  total!: number;
}

/** Through all four kinds, bound to the class. */
@UseGuards(Guard)
@UseInterceptors(Interceptor)
@UsePipes(Pipe)
@UseFilters(Filter)
@Injectable()
class Everything {
  constructor(@Inject(SEEN) private readonly seen: unknown[]) {}

  execute(order: Order, context: MessageContext): unknown {
    this.seen.push(`handler: ${order.total} in ${context.consumer}`);
    if (order.total > 100) throw new TypeError('too much');
    if (order.total > 10) throw new RangeError('much');
    return order.total;
  }

  @SetMetadata('open', false)
  handle(): void {
    this.seen.push('never');
  }
}

@Injectable()
class Bare {
  constructor(@Inject(SEEN) private readonly seen: unknown[]) {}

  execute(...parameters: unknown[]): unknown {
    this.seen.push(parameters, new Error().stack?.includes('external-context-creator') ?? false);
    return of(1, 2);
  }
}

const order = (total: number): Order => Object.assign(new Order(), { total });

interface Opened {
  readonly app: TestingModule;
  readonly seen: unknown[];
  call(type: Type | symbol, method?: string, message?: object, context?: MessageContext): Promise<unknown>;
}

async function open(providers: readonly Provider[], options?: MessageHandlerInvokerOptions): Promise<Opened> {
  const seen: unknown[] = [];
  const module = Test.createTestingModule({ imports: [DiscoveryModule], providers: [{ provide: SEEN, useValue: seen }, ...providers] });
  const app = await module.compile();
  await app.init();
  const invoker = new MessageHandlerInvoker(app.get(ModulesContainer), app.get(ApplicationConfig), options);
  const call: Opened['call'] = async (type, method = 'execute', message = order(1), context = contextOf()) => {
    const provider = app
      .get(DiscoveryService)
      .getProviders()
      .find(({ token }) => token === type);
    if (provider === undefined) throw new Error('no such provider');
    return invoker.bind(provider, method).work(message, context);
  };
  opened.push(app);
  return { app, seen, call };
}

const opened: TestingModule[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((app) => app.close()));
});

describe('a handler with guards, interceptors, pipes and filters', () => {
  it('runs through them in the order of Nest, in a context of its own type', async () => {
    const { seen, call } = await open([Everything]);
    expect(await call(Everything)).toEqual({ intercepted: 2 });
    expect(seen).toEqual([
      'guard of Everything.execute',
      'interceptor: true',
      'pipe: body Order',
      'handler: 2 in product',
      'interceptor out',
    ]);
  });

  it('does not run where a guard refuses', async () => {
    const { seen, call } = await open([Everything]);
    await expect(call(Everything, 'handle')).rejects.toMatchObject({ status: 403 });
    expect(seen).toEqual(['guard of Everything.handle']);
  });

  it('throws what its filters make of an error; what they do not catch leaves as it is, and without a line in the log', async () => {
    const error = jest.spyOn(Logger.prototype, 'error').mockImplementation();
    const { call } = await open([Everything]);
    await expect(call(Everything, 'execute', order(100))).rejects.toMatchObject({ code: 'typed', message: 'too much of 100 in minos' });
    await expect(call(Everything, 'execute', order(10))).rejects.toThrow(RangeError);
    expect(error).not.toHaveBeenCalled();
    error.mockRestore();
  });

  it('may have them on the method, made without the container, and answering with observables', async () => {
    @Catch(ConflictException)
    class AsAnswer implements ExceptionFilter {
      catch(error: ConflictException): unknown {
        return error.message === 'answer' ? of('answered') : throwError(() => new Rejection('mapped', error.message));
      }
    }
    class OnMethod {
      @UsePipes(new ValidationPipe({ transform: true }))
      @UseFilters(new AsAnswer())
      execute(message: Order): Order {
        if (message.total < 0) throw new ConflictException(message.total === -1 ? 'answer' : 'map');
        return message;
      }
    }
    const { call } = await open([OnMethod]);
    expect(await call(OnMethod)).toEqual(order(1));
    await expect(call(OnMethod, 'execute', Object.assign(new Order(), { total: 'much' }))).rejects.toThrow(BadRequestException);
    expect(await call(OnMethod, 'execute', order(-1))).toBe('answered');
    await expect(call(OnMethod, 'execute', order(-2))).rejects.toMatchObject({ code: 'mapped' });
  });

  it('shows its class to a ValidationPipe where the method has no decorator', async () => {
    @UsePipes(ValidationPipe)
    class Undecorated {
      execute(message: { total: number }): number {
        return message.total;
      }
    }
    const { call } = await open([Undecorated]);
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation();
    await expect(call(Undecorated, 'execute', Object.assign(new Order(), { total: 'much' }))).rejects.toThrow(BadRequestException);
    expect(await call(Undecorated)).toBe(1);
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it('inherits what is bound to the class above it', async () => {
    @Injectable()
    class Below extends Everything {}
    const { seen, call } = await open([Below]);
    expect(await call(Below)).toEqual({ intercepted: 2 });
    expect(seen[0]).toBe('guard of Below.execute');
  });

  it('may be given under a token, or as a value', async () => {
    const TOKEN = Symbol('handler');
    const VALUE = Symbol('value');
    const { seen, call } = await open([
      { provide: TOKEN, useClass: Everything },
      { provide: VALUE, useFactory: (list: unknown[]) => new Bare(list), inject: [SEEN] },
    ]);
    expect(await call(TOKEN)).toEqual({ intercepted: 2 });
    expect(await call(VALUE)).toBe(2);
    expect(seen).toHaveLength(7);
  });
});

describe('a handler without any', () => {
  it('is called directly with the message and its context; an observable gives its last value', async () => {
    const { seen, call } = await open([Bare]);
    const context = contextOf();
    const message = order(1);
    expect(await call(Bare, 'execute', message, context)).toBe(2);
    expect(seen).toEqual([[message, context], false]);
  });

  it('that lacks the method is refused', async () => {
    const { call } = await open([Bare]);
    await expect(call(Bare, 'handle')).rejects.toMatchObject({ code: 'HANDLER_METHOD_MISSING' });
  });
});

describe('global enhancers', () => {
  @Injectable()
  class HttpGuard implements CanActivate {
    canActivate(context: ExecutionContext): boolean {
      if (isMinosContext(context)) return minosMessageOf<Order>(context).total === 1;
      return context.switchToHttp().getRequest<{ headers: object }>().headers !== undefined;
    }
  }
  class Doubling implements NestInterceptor {
    intercept(_context: ExecutionContext, next: CallHandler) {
      return next.handle().pipe(map((value: number) => value * 2));
    }
  }
  class PlusTen implements PipeTransform {
    transform(value: Order): Order {
      return order(value.total + 10);
    }
  }
  @Catch()
  class Answering implements ExceptionFilter {
    catch(): unknown {
      return 'filtered';
    }
  }
  class Handler {
    execute(message: Order): number {
      if (message.total === 12) throw new Error('twelve');
      return message.total;
    }
  }
  const globals: Provider[] = [
    { provide: APP_GUARD, useClass: HttpGuard },
    { provide: APP_INTERCEPTOR, useClass: Doubling },
    { provide: APP_PIPE, useClass: PlusTen },
    { provide: APP_FILTER, useClass: Answering },
    Handler,
  ];

  it('stay away by default', async () => {
    const { call } = await open(globals);
    expect(await call(Handler)).toBe(1);
    await expect(call(Handler, 'execute', order(12))).rejects.toThrow('twelve');
  });

  it('stand around handlers where they are asked for', async () => {
    const { call } = await open(globals, { globalEnhancers: true });
    expect(await call(Handler)).toBe(22);
    expect(await call(Handler, 'execute', order(2))).toBe('filtered');
  });

  it('may be asked for by kind', async () => {
    const { call } = await open(globals, { globalEnhancers: ['guards', 'interceptors'] });
    expect(await call(Handler)).toBe(2);
    await expect(call(Handler, 'execute', order(2))).rejects.toMatchObject({ status: 403 });
  });
});

describe('scopes', () => {
  let made = 0;
  beforeEach(() => (made = 0));

  @Injectable({ scope: Scope.REQUEST })
  class PerMessage {
    readonly number = (made += 1);

    constructor(@Inject(REQUEST) readonly request: MessageContext) {}
  }

  it('a handler that stands on something in request scope is made for each message, with its context as REQUEST', async () => {
    @Injectable()
    class Handler {
      constructor(private readonly part: PerMessage) {}

      execute(_message: Order, context: MessageContext): unknown {
        return { number: this.part.number, mine: this.part.request === context };
      }
    }
    const { call } = await open([PerMessage, Handler]);
    expect(await Promise.all([call(Handler), call(Handler)])).toEqual([
      { number: 1, mine: true },
      { number: 2, mine: true },
    ]);
  });

  it('and so is one with an enhancer in request scope', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class ScopedGuard implements CanActivate {
      constructor(
        private readonly part: PerMessage,
        @Inject(REQUEST) private readonly request: MessageContext,
      ) {}

      canActivate(context: ExecutionContext): boolean {
        return this.request === minosContextOf(context) && this.request === this.part.request;
      }
    }
    @Injectable({ scope: Scope.TRANSIENT })
    class TransientInterceptor implements NestInterceptor {
      readonly number = (made += 10);

      intercept(_context: ExecutionContext, next: CallHandler) {
        return next.handle().pipe(map((value: unknown) => [value, this.number]));
      }
    }
    @UseGuards(ScopedGuard)
    @UseInterceptors(TransientInterceptor)
    @Injectable()
    class Handler {
      execute(message: Order): number {
        return message.total;
      }
    }
    const { call } = await open([PerMessage, Handler]);
    expect(await call(Handler)).toEqual([1, expect.any(Number)]);
    expect(await call(Handler, 'execute', order(7))).toEqual([7, expect.any(Number)]);
  });

  it('a transient guard of a static handler is made for the handler, not for each message', async () => {
    @Injectable({ scope: Scope.TRANSIENT })
    class TransientGuard implements CanActivate {
      readonly number = (made += 1);

      canActivate(): boolean {
        return this.number > 0;
      }
    }
    @UseGuards(TransientGuard)
    @Injectable()
    class Handler {
      execute(): string {
        return 'done';
      }
    }
    const { call } = await open([Handler]);
    const before = made;
    expect([await call(Handler), await call(Handler), made]).toEqual(['done', 'done', before]);
  });

  it('a transient handler is made for each message', async () => {
    @Injectable({ scope: Scope.TRANSIENT })
    class Handler {
      private readonly number = (made += 1);

      execute(): number {
        return this.number;
      }
    }
    const { call } = await open([Handler]);
    const numbers = [await call(Handler), await call(Handler)];
    expect(new Set(numbers).size).toBe(2);
  });

  it('a durable tree is shared by the messages of a tenant, and knows the payload of the strategy only', async () => {
    @Injectable({ scope: Scope.REQUEST, durable: true })
    class Tenant {
      readonly number = (made += 1);

      constructor(@Inject(REQUEST) readonly payload: unknown) {}
    }
    @Injectable({ scope: Scope.REQUEST, durable: true })
    class Handler {
      constructor(private readonly tenant: Tenant) {}

      execute(): unknown {
        return [this.tenant.number, this.tenant.payload];
      }
    }
    const trees = new Map<string, ReturnType<typeof ContextIdFactory.create>>();
    ContextIdFactory.apply({
      attach: (contextId, { envelope }: MessageContext) => {
        const { tenant = '' } = envelope;
        const tree = trees.get(tenant) ?? ContextIdFactory.create();
        trees.set(tenant, tree);
        return { resolve: ({ isTreeDurable }) => (isTreeDurable ? tree : contextId), payload: { tenant } };
      },
    });
    try {
      const { call } = await open([Tenant, Handler]);
      const of = (tenant: string) => call(Handler, 'execute', order(1), contextOf({ envelope: envelopeOf({ tenant }) }));
      expect([await of('acme'), await of('other'), await of('acme')]).toEqual([
        [1, { tenant: 'acme' }],
        [2, { tenant: 'other' }],
        [1, { tenant: 'acme' }],
      ]);
    } finally {
      Reflect.set(ContextIdFactory, 'strategy', undefined);
    }
  });

  it('two modules that provide one class keep their handlers apart', async () => {
    const NAME = Symbol('name');
    @UseGuards(Guard)
    @Injectable({ scope: Scope.REQUEST })
    class Handler {
      constructor(@Inject(NAME) private readonly name: string) {}

      execute(): string {
        return this.name;
      }
    }
    const moduleOf = (name: string) => {
      class Part {}
      return { module: Part, providers: [{ provide: SEEN, useValue: [] }, { provide: NAME, useValue: name }, Handler] };
    };
    const app = await Test.createTestingModule({ imports: [DiscoveryModule, moduleOf('left'), moduleOf('right')] }).compile();
    await app.init();
    opened.push(app);
    const invoker = new MessageHandlerInvoker(app.get(ModulesContainer), app.get(ApplicationConfig));
    const providers = app
      .get(DiscoveryService)
      .getProviders()
      .filter(({ token }) => token === Handler);
    const names = await Promise.all(providers.map((provider) => invoker.bind(provider, 'execute').work(order(1), contextOf())));
    expect(names.sort()).toEqual(['left', 'right']);
  });
});
