import 'reflect-metadata';
import { Command, Event, messageMetadataOf, uuidv7, type MessageClass, type MessageMetadata } from '@minos/common';
import { SystemClock } from '@minos/common';
import { Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsInt,
  IsOptional,
  IsString,
  Min,
  Validate,
  ValidateNested,
  type ValidatorConstraintInterface,
  ValidatorConstraint,
} from 'class-validator';
import { z } from 'zod';
import { commandBinding, eventBinding } from '../handlers/bindings.js';
import { Outbox } from '../outbox/outbox.js';
import { contextOf, envelopeOf } from './call-kit.js';
import { MessageChain } from './chain.js';

class Line {
  @IsString()
  sku!: string;

  @IsInt()
  @Min(1)
  quantity!: number;
}

@ValidatorConstraint({ async: true })
class IsKnown implements ValidatorConstraintInterface {
  validate(value: unknown): Promise<boolean> {
    return Promise.resolve(value !== 'unknown');
  }
  defaultMessage(): string {
    return 'is not known';
  }
}

@Command('order.place', { owner: 'order' })
class PlaceOrder extends Command {
  @Validate(IsKnown)
  orderId!: string;

  @ArrayNotEmpty()
  @ValidateNested({ each: true })
  @Type(() => Line)
  lines!: Line[];

  @IsOptional()
  @ValidateNested()
  @Type(() => Line)
  gift?: Line;

  constructor() {
    super();
    throw new Error('the constructor must not run');
  }
}

@Event('order.placed')
class OrderPlaced {
  @IsString()
  orderId!: string;
}

@Command('order.pay', { owner: 'order', schema: z.object({ amount: z.number().positive(), at: z.coerce.date() }) })
class PayOrder extends Command {
  amount!: number;
  at!: Date;
}

@Event('order.paid', { schema: z.object({ amount: z.number() }) })
class OrderPaid {}

@Command('order.note', { owner: 'order' })
class NoRules extends Command {}

const metadataOf = (type: MessageClass): MessageMetadata => messageMetadataOf(type) as MessageMetadata;
const outbox = new Outbox({ source: 'order', clock: new SystemClock() });

/** What a command handler gets, or the rejection. */
async function execute(type: MessageClass, data: object, chain?: MessageChain): Promise<unknown> {
  const seen: unknown[] = [];
  const binding = commandBinding(metadataOf(type), outbox, (command) => void seen.push(command), chain && { chain });
  const context = contextOf({ envelope: envelopeOf({ id: uuidv7(), type: metadataOf(type).name, data: data as never }) });
  const error: unknown = await Promise.resolve(binding.handle(binding.decode?.(context.envelope) ?? {}, context)).catch((e: unknown) => e);
  return seen[0] ?? error;
}

describe('a command with rules of class-validator', () => {
  it('that fits reaches the handler as it was decoded, unknown fields included', async () => {
    const data = { orderId: 'o-1', lines: [{ sku: 'a', quantity: 1, added: 'later' }], gift: { sku: 'b', quantity: 2 }, added: 'later' };
    const command = await execute(PlaceOrder, data);
    expect(command).toBeInstanceOf(PlaceOrder);
    expect(command).toEqual(Object.assign(Object.create(PlaceOrder.prototype as object) as object, data));
  });

  it.each([
    ['nothing', {}, ['lines']],
    [
      'a wrong item',
      {
        orderId: 'o',
        lines: [
          { sku: 'a', quantity: 1 },
          { sku: 1, quantity: 0 },
        ],
      },
      ['lines[1].sku', 'lines[1].quantity'],
    ],
    ['a wrong object', { orderId: 'o', lines: [{ sku: 'a', quantity: 1 }], gift: {} }, ['gift.sku', 'gift.quantity']],
    ['a list for an object', { orderId: 'o', lines: [{ sku: 'a', quantity: 1 }], gift: [] }, ['gift']],
    ['a list for an item', { orderId: 'o', lines: [[]] }, ['lines[0]']],
    ['what an asynchronous rule refuses', { orderId: 'unknown', lines: [{ sku: 'a', quantity: 1 }] }, ['orderId']],
    ['a field that hides the class', { constructor: { name: 'Object' } }, ['constructor']],
  ])('that has %s is answered with the places', async (_what, data, paths) => {
    const rejection = await execute(PlaceOrder, data);
    expect(rejection).toMatchObject({ name: 'Rejection', code: 'message.invalid' });
    const { errors } = (rejection as { details: { errors: { path: string; message: string }[] } }).details;
    expect(errors.map(({ path }) => path)).toEqual(paths);
    expect(errors.every(({ message }) => message.length > 0)).toBe(true);
  });

  it('is not looked at where validation is off, nor where its class has no rules', async () => {
    expect(await execute(PlaceOrder, {}, new MessageChain({ validation: false }))).toBeInstanceOf(PlaceOrder);
    expect(await execute(NoRules, { any: 'thing' })).toBeInstanceOf(NoRules);
  });
});

describe('a command with a schema', () => {
  it('reaches the handler decoded', async () => {
    expect(await execute(PayOrder, { amount: 3, at: '2026-01-02T03:04:05.000Z' })).toMatchObject({
      amount: 3,
      at: new Date('2026-01-02T03:04:05Z'),
    });
  });

  it.each([undefined, new MessageChain({ validation: false })])('that does not fit is answered with the places, always', async (chain) => {
    expect(await execute(PayOrder, { amount: -1 }, chain)).toMatchObject({
      code: 'message.invalid',
      message: 'order.pay does not fit: amount, at.',
      details: { errors: [expect.objectContaining({ path: 'amount' }), expect.objectContaining({ path: 'at' })] },
    });
  });
});

describe('an event that does not fit', () => {
  const handle = (type: MessageClass, data: object): unknown => {
    const binding = eventBinding(metadataOf(type), () => undefined);
    const context = contextOf({ envelope: envelopeOf({ type: metadataOf(type).name, data: data as never }) });
    return binding.handle(binding.decode?.(context.envelope) ?? {}, context);
  };

  it('is a fault that names the places: nobody could be told', async () => {
    await expect(handle(OrderPlaced, { orderId: 7 })).rejects.toMatchObject({
      code: 'MESSAGE_INVALID',
      retryable: false,
      details: { name: 'order.placed', errors: [{ path: 'orderId', message: 'orderId must be a string' }] },
    });
    await expect(handle(OrderPlaced, { orderId: 'a' })).resolves.toBeUndefined();
  });

  it('cannot be decoded where its schema refuses it', () => {
    expect(() => handle(OrderPaid, { amount: 'much' })).toThrow(expect.objectContaining({ code: 'PAYLOAD_REFUSED' }));
  });
});

describe('without the packages', () => {
  afterEach(() => jest.dontMock('class-validator').dontMock('class-transformer'));

  const rulesWithout = (missing: string): (() => unknown) => {
    jest.doMock(missing, () => {
      throw new Error('Cannot find module');
    });
    return () => {
      let rules: unknown;
      jest.isolateModules(() => {
        rules = jest.requireActual<typeof import('./class-rules.js')>('./class-rules.js').classRulesOf(PlaceOrder);
      });
      return rules;
    };
  };

  it('class-validator, no class has rules', () => expect(rulesWithout('class-validator')()).toBeUndefined());

  it('class-transformer, a class with nested objects says what is missing', () => {
    expect(rulesWithout('class-transformer')).toThrow(expect.objectContaining({ code: 'VALIDATION_PACKAGE_MISSING' }));
  });
});
