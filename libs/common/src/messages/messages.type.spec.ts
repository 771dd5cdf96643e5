import type { CommandBus, ICommand, ICommandHandler } from '@nestjs/cqrs';
import type { HealthProbeResult } from '../contracts/health-probe.js';
import { HealthProbe } from '../health/health-probe.decorator.js';
import type { CommandResult, RejectionCode } from './command.js';
import { Command } from './command.js';
import { Event } from './event.js';
import { messageMetadataOf } from './message-metadata.js';
import { Personal } from './personal.decorator.js';
import type { QueryResult } from './query.js';
import { Query } from './query.js';
import type { Rejection } from './rejection.js';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(value?: T): T | undefined => value;

@Command('stock.reserve', { owner: 'product', key: 'orderId' })
class ReserveStock extends Command<{ total: number }, 'stock.insufficient'> {
  constructor(readonly orderId: string) {
    super();
  }
}

class Plain extends Command {}

@Query('order.by-id', { owner: 'order' })
class OrderById extends Query<{ status: string }> {
  constructor(readonly orderId: string) {
    super();
  }
}

@Event('order.placed', { version: 2 })
class OrderPlaced {
  constructor(readonly orderId: string) {}
}

@Event('order.paid')
class OrderPaid extends Event {}

describe('types of messages', () => {
  it('carry results and rejection codes', () => {
    holds<Equal<CommandResult<ReserveStock>, { total: number }>>();
    holds<Equal<RejectionCode<ReserveStock>, 'stock.insufficient'>>();
    holds<Equal<CommandResult<Plain>, void>>();
    holds<Equal<RejectionCode<Plain>, string>>();
    holds<Equal<QueryResult<OrderById>, { status: string }>>();
    holds<Equal<CommandResult<OrderPlaced>, never>>();
    const handle = (rejection: Rejection<RejectionCode<ReserveStock>>): 'stock.insufficient' => rejection.code;
    expect(typeof handle).toBe('function');
  });

  it('fit the buses and handlers of @nestjs/cqrs', () => {
    const asCommand: ICommand = new ReserveStock('7');
    const send = (bus: CommandBus): Promise<{ total: number }> => bus.execute(new ReserveStock('7'));
    class Handler implements ICommandHandler<ReserveStock, CommandResult<ReserveStock>> {
      execute(command: ReserveStock): Promise<{ total: number }> {
        return Promise.resolve({ total: command.orderId.length });
      }
    }
    expect([asCommand, send, new Handler()]).toHaveLength(3);
  });

  it('refuse what cannot be meant', () => {
    // @ts-expect-error the key is no property of the command
    @Command('a', { key: 'nope' })
    class WrongKey extends Command {}

    // @ts-expect-error the key's function takes another command
    @Command('a', { key: (command: ReserveStock) => command.orderId })
    class WrongKeyFunction extends Command {}

    // @ts-expect-error an event has no owner
    @Event('b', { owner: 'order' })
    class OwnedEvent {}

    class Personals {
      readonly id: string = '';
      // @ts-expect-error there is no such subject
      @Personal({ subject: 'nope' }) readonly email: string = '';
      @Personal({ subject: 'id' }) readonly street: string = '';
    }

    // A constructor parameter has no name at run time.
    const parameter = (): unknown => {
      class Parameter {
        readonly id: string = '';
        // @ts-expect-error only declared properties
        constructor(@Personal({ subject: 'id' }) readonly email: string) {}
      }
      return Parameter;
    };
    expect([WrongKey, WrongKeyFunction, OwnedEvent, Personals, parameter]).toHaveLength(5);
  });

  it('run as they compile', () => {
    expect(new ReserveStock('7')).toBeInstanceOf(Command);
    const paid: Event = new OrderPaid();
    const placed: Event = new OrderPlaced('7');
    expect([paid instanceof Event, placed instanceof Event]).toEqual([true, false]);
    expect(new OrderById('7')).toBeInstanceOf(Query);
    expect(messageMetadataOf(OrderPlaced)?.version).toBe(2);
  });
});

describe('types of probes', () => {
  it('want a class with check()', () => {
    @HealthProbe('feed')
    class Feed implements HealthProbe {
      check(): HealthProbeResult {
        return { status: 'up' };
      }
    }
    // @ts-expect-error no check()
    @HealthProbe('nothing')
    class Nothing {}
    expect([Feed, Nothing]).toHaveLength(2);
  });
});
