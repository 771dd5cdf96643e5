import { type Behaviour, CqrsModule, type HandledCall } from '@minos/cqrs';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import {
  CommandBus,
  CommandHandler,
  CqrsModule as NestCqrsModule,
  type ICommandHandler,
  type IQueryHandler,
  QueryBus,
  QueryHandler,
} from '@nestjs/cqrs';
import type { Observable } from 'rxjs';
import { plainNest } from './scene.js';

class PlaceOrder {}
class CountOrders {}

describe('what shall be noted of every command and every query', () => {
  const scenario = () => {
    const notes: string[] = [];

    /** All that plain Nest has for code that stands around others. */
    @Injectable()
    class NotingInterceptor implements NestInterceptor {
      intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
        notes.push(context.getClass().name);
        return next.handle();
      }
    }
    @Injectable()
    class Noting implements Behaviour {
      async handle({ kind, message }: HandledCall, next: () => Promise<unknown>): Promise<unknown> {
        const result = await next();
        notes.push(`the ${kind} ${message.constructor.name}: ${String(result)}`);
        return result;
      }
    }
    @CommandHandler(PlaceOrder)
    class PlaceOrderHandler implements ICommandHandler<PlaceOrder> {
      async execute(): Promise<string> {
        return 'placed';
      }
    }
    @QueryHandler(CountOrders)
    class CountOrdersHandler implements IQueryHandler<CountOrders> {
      async execute(): Promise<number> {
        return 1;
      }
    }
    return { notes, Noting, NotingInterceptor, handlers: [PlaceOrderHandler, CountOrdersHandler] };
  };

  it('plain Nest: a global interceptor is never called', async () => {
    const { notes, NotingInterceptor, handlers } = scenario();
    const interceptor = { provide: APP_INTERCEPTOR, useClass: NotingInterceptor };
    const app = await plainNest({ imports: [NestCqrsModule], providers: [...handlers, interceptor] });
    await app.get(CommandBus).execute(new PlaceOrder());
    await app.get(QueryBus).execute(new CountOrders());
    expect(notes).toEqual([]);
  });

  it('Minos: a behaviour is called around each of them, with its result', async () => {
    const { notes, Noting, handlers } = scenario();
    const app = await plainNest({ imports: [CqrsModule.forRoot({ behaviours: [Noting] })], providers: [...handlers, Noting] });
    await app.get(CommandBus).execute(new PlaceOrder());
    await app.get(QueryBus).execute(new CountOrders());
    expect(notes).toEqual(['the command PlaceOrder: placed', 'the query CountOrders: 1']);
  });
});
