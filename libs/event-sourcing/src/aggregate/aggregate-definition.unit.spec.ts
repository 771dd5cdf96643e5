import { Aggregate } from './aggregate.decorator.js';
import { aggregateDefinition } from './aggregate-definition.js';
import { AggregateRoot } from './aggregate-root.js';
import { Entity } from './entity.js';
import { Member } from './member.decorator.js';
import { On } from './on.decorator.js';

class Opened {}
class Closed {}
class LineAdded {}

class Line extends Entity {
  @On(LineAdded) added(): void {}
}

describe('aggregateDefinition', () => {
  it('says what the decorators say, events of child entities included', () => {
    @Aggregate('sales.order', { stateVersion: 3, snapshotEvery: 50 })
    class Order extends AggregateRoot {
      @Member(Line) lines: Line[] = [];
      @On(Opened) protected opened(): void {}
      @On(Closed) onClosed(): void {}
    }
    expect(aggregateDefinition(Order)).toEqual({
      type: Order,
      name: 'sales.order',
      stateVersion: 3,
      snapshotEvery: 50,
      events: [Opened, Closed, LineAdded],
    });
  });

  it('wants a name', () => {
    class Nameless extends AggregateRoot {}
    @Aggregate('named')
    class Named extends AggregateRoot {}
    class Derived extends Named {}
    expect(() => aggregateDefinition(Nameless)).toThrow(/put @Aggregate\('…'\) above the class Nameless/);
    expect(() => aggregateDefinition(Derived)).toThrow(expect.objectContaining({ code: 'AGGREGATE_INVALID' }));
  });

  it('refuses two handlers for one event, naming class, event, both methods and the fix', () => {
    @Aggregate('order')
    class Order extends AggregateRoot {
      @On(Opened) opened(): void {}
      onOpened(): void {}
      @On(Closed) closed(): void {}
      @On(Closed) shut(): void {}
    }
    expect(() => aggregateDefinition(Order)).toThrow(
      'The aggregate Order cannot be used:\n' +
        '- Order has two handlers for Opened: opened(), marked @On(Opened), and onOpened(), by its name. Remove one of them, or rename onOpened()\n' +
        '- Order has two handlers for Closed: closed() and shut(), both marked @On. Remove one of them',
    );
  });

  it('reports all faults at once', () => {
    class Base {}
    @Aggregate('Bad-Name', { stateVersion: 0, snapshotEvery: 1.5 })
    class Bad extends Base {
      @On(Opened) async opened(): Promise<void> {}
      toSnapshot(): object {
        return {};
      }
    }
    const faults = caughtFaults(() => aggregateDefinition(Bad as never));
    expect(faults).toEqual([
      expect.stringMatching(/"Bad-Name" is no name for it/),
      'it does not extend AggregateRoot',
      expect.stringMatching(/Bad.opened\(\) handles Opened and is async/),
      expect.stringMatching(/stateVersion is 0/),
      expect.stringMatching(/snapshotEvery is 1.5/),
      expect.stringMatching(/only one of toSnapshot\(\) and fromSnapshot/),
    ]);
  });

  it('refuses snapshots of state that they cannot see', () => {
    @Aggregate('hidden', { snapshotEvery: 10 })
    class Hidden extends AggregateRoot {
      #count = 0;
      @On(Opened) opened(): void {
        this.#count++;
      }
    }
    expect(() => aggregateDefinition(Hidden)).toThrow(/#private fields, which a snapshot cannot see/);
  });
});

function caughtFaults(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return (error as { details: { faults: unknown } }).details.faults;
  }
  return undefined;
}
