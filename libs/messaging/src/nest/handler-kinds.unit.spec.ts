import 'reflect-metadata';
import {
  BadRequestException,
  type CallHandler,
  type CanActivate,
  Catch,
  type ExceptionFilter,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  type PipeTransform,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common';
import { ApplicationConfig, DiscoveryModule, DiscoveryService, ModulesContainer } from '@nestjs/core';
import { Test, type TestingModule } from '@nestjs/testing';
import {
  Command,
  Event,
  isRejection,
  messageMetadataOf,
  Rejection,
  SystemClock,
  type MessageClass,
  type MessageMetadata,
} from '@minos/common';
import type { MessageHandler } from '../contracts/message-handler.js';
import type { HandlerKind } from '../contracts/message-middleware.js';
import type { Answer } from '../handlers/answer-handler.decorator.js';
import { answerBindings, commandBinding, eventBinding } from '../handlers/bindings.js';
import { contextOf, envelopeOf, principalOf } from '../middleware/call-kit.js';
import { Authorize } from '../middleware/authorize.decorator.js';
import { MessageChain } from '../middleware/chain.js';
import { Outbox } from '../outbox/outbox.js';
import { MessageHandlerInvoker } from './message-handler-invoker.js';
import { minosContextOf } from './minos-context.js';

@Command('stock.reserve', { owner: 'product' })
class ReserveStock extends Command<string> {
  what!: string;
}

@Event('stock.reserved')
class StockReserved {
  what!: string;
}

class Refusing implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return minosContextOf(context).envelope.subject !== 'refuse';
  }
}

class Noting implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler) {
    seen.push('interceptor');
    return next.handle();
  }
}

class Checking implements PipeTransform {
  transform(value: object): object {
    seen.push(value.constructor.name);
    if ('what' in value && value.what === 'bad') throw new BadRequestException(['what must be good']);
    return value;
  }
}

@Catch(RangeError)
class Mapping implements ExceptionFilter {
  catch(): never {
    throw new Rejection('out.of.range', 'no');
  }
}

@Authorize({ roles: ['clerk'] })
@UseGuards(Refusing)
@UseInterceptors(Noting)
@UsePipes(Checking)
@UseFilters(Mapping)
@Injectable()
class Handler {
  execute(message: { readonly what?: string } | Answer): string {
    seen.push('handler');
    if ('what' in message && message.what === 'far') throw new RangeError('far');
    return 'done';
  }
}

let seen: string[] = [];
let app: TestingModule;
beforeAll(async () => {
  app = await Test.createTestingModule({ imports: [DiscoveryModule], providers: [Handler] }).compile();
  await app.init();
});
beforeEach(() => (seen = []));
afterAll(() => app.close());

const metadataOf = (type: MessageClass): MessageMetadata => messageMetadataOf(type) as MessageMetadata;

function bindingOf(kind: HandlerKind): MessageHandler {
  const [provider] = app
    .get(DiscoveryService)
    .getProviders()
    .filter(({ token }) => token === Handler);
  if (provider === undefined) throw new Error('the handler is not provided');
  const handler = new MessageHandlerInvoker(app.get(ModulesContainer), app.get(ApplicationConfig)).bind<object>(provider, 'execute');
  const chain = new MessageChain();
  const outbox = new Outbox({ source: 'product', clock: new SystemClock() });
  if (kind === 'command') return commandBinding(metadataOf(ReserveStock), outbox, handler, { chain });
  if (kind === 'event') return eventBinding(metadataOf(StockReserved), handler, chain);
  return answerBindings(new Map([['stock.reserve', handler]]), chain).get('minos.result') as MessageHandler;
}

/** What comes of a message with this data, sent by somebody with this role. */
async function outcomeOf(
  kind: HandlerKind,
  data: object,
  more: { readonly subject?: string; readonly role?: string } = {},
): Promise<unknown> {
  const { subject, role = 'clerk' } = more;
  const binding = bindingOf(kind);
  const type = { command: 'stock.reserve', event: 'stock.reserved' }[kind as string] ?? 'minos.result';
  const envelope = envelopeOf({ type, data: data as never, ...(subject && { subject }), extensions: { answers: 'stock.reserve' } });
  const context = contextOf({ envelope, principal: principalOf(role) });
  try {
    return await binding.handle(binding.decode?.(envelope) ?? envelope, context);
  } catch (error) {
    return isRejection(error) ? error.code : error;
  }
}

describe.each<[HandlerKind, string]>([
  ['command', 'ReserveStock'],
  ['event', 'StockReserved'],
  ['answer', 'Object'],
])('a handler of a %s', (kind, type) => {
  it('runs through chain, guard, interceptor and pipe', async () => {
    expect(await outcomeOf(kind, { what: 'good', result: 1 })).toBeUndefined();
    expect(seen).toEqual(['interceptor', type, 'handler']);
  });

  it('is not reached by who has not the role, nor by what the guard refuses: both are rejections', async () => {
    expect(await outcomeOf(kind, {}, { role: 'guest' })).toBe('forbidden');
    expect(await outcomeOf(kind, {}, { subject: 'refuse' })).toBe('http.403');
    expect(seen).toEqual([]);
  });
});

describe.each<HandlerKind>(['command', 'event'])('what a filter makes a rejection of is one for a %s', (kind) => {
  it('too', async () => expect(await outcomeOf(kind, { what: 'far' })).toBe('out.of.range'));
});

it('what a pipe refuses is answered where it is a command, and a fault where it is an event', async () => {
  expect(await outcomeOf('command', { what: 'bad' })).toBe('http.400');
  expect(await outcomeOf('event', { what: 'bad' })).toBeInstanceOf(BadRequestException);
  expect(seen).not.toContain('handler');
});
