import { createMemoryEventSourcing } from '../memory/memory-event-sourcing.js';
import { Aggregate } from './aggregate.decorator.js';
import { AggregateRoot } from './aggregate-root.js';
import { Entity } from './entity.js';
import { Member } from './member.decorator.js';
import { On } from './on.decorator.js';

class Opened {
  constructor(readonly seats: number) {}
}
class Closed {
  constructor(readonly reason: string) {}
}
class Line extends Entity {
  readonly sku = '';
}

@Aggregate('typed')
class Typed extends AggregateRoot<Opened | Closed> {
  @Member(Line, (line: Line, event: { sku: string }) => line.sku === event.sku) lines: Line[] = [];

  act(): void {
    this.apply(new Opened(1));
    // @ts-expect-error not one of the aggregate's events
    this.apply(new Date());
  }

  @On(Opened) protected opened({ seats }: Opened): void {
    void seats;
  }
  @On(Closed) protected closed(): void {}
  // @ts-expect-error the handler takes another event
  @On(Closed) wrong(event: Opened): void {
    void event;
  }
  // @ts-expect-error a handler has one parameter
  @On(Closed) greedy(event: Closed, more: string): void {
    void [event, more];
  }
}

class Holder extends AggregateRoot {
  // @ts-expect-error only entities can be members
  @Member(Opened) opened: Opened[] = [];
}

it('types aggregates, handlers, members and decisions', async () => {
  const check = async (): Promise<void> => {
    const typed = createMemoryEventSourcing().repository(Typed);
    const result: number = await typed.update('1', (one) => one.lines.length);
    const later: string = await typed.create('1', async () => Promise.resolve('x'));
    // @ts-expect-error handlers stay protected
    (await typed.load('1')).opened(new Opened(1));
    void [result, later, Holder];
  };
  await Promise.resolve();
  expect(typeof check).toBe('function');
});
