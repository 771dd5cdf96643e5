import * as nest from '@nestjs/cqrs';
import * as minos from './index.js';

@minos.CommandHandler(class Place {})
class CommandHandling {}
@minos.QueryHandler(class Get {})
class QueryHandling {}
@minos.EventsHandler(class Placed {})
class EventHandling {}
class SagaHandling {
  @minos.Saga() one = (): void => undefined;
  @minos.Saga({ continuous: true }) other = (): void => undefined;
}

describe('the face of @nestjs/cqrs', () => {
  it('is all there', () => {
    const missing = Object.keys(nest).filter((name) => !(name in minos));
    expect(missing).toEqual([]);
  });

  it('has buses and a module that are those of @nestjs/cqrs, and more', () => {
    expect(minos.CommandBus.prototype).toBeInstanceOf(nest.CommandBus);
    expect(minos.EventBus.prototype).toBeInstanceOf(nest.EventBus);
    expect(minos.QueryBus.prototype).toBeInstanceOf(nest.QueryBus);
    expect(minos.CqrsModule.prototype).toBeInstanceOf(nest.CqrsModule);
  });

  it('writes the metadata that other tools read', () => {
    const keys = [CommandHandling, QueryHandling, EventHandling].map((type) => Reflect.getMetadataKeys(type));
    expect(keys.flat()).toEqual(expect.arrayContaining(['__commandHandler__', '__queryHandler__', '__eventsHandler__']));
  });

  it('has a saga decorator and an ofType that can be used as those of @nestjs/cqrs, and write what it reads', () => {
    const faces: Pick<typeof nest, 'Saga' | 'ofType'> = minos;
    expect(faces.Saga).toHaveLength(0);
    expect(Reflect.getMetadata('__saga__', SagaHandling)).toEqual(['one', 'other']);
  });

  it('has an aggregate root with the members of theirs', () => {
    const members = Object.getOwnPropertyNames(new (class extends nest.AggregateRoot {})().constructor.prototype);
    const own = minos.AggregateRoot.prototype as unknown as Record<string, unknown>;
    expect(members.filter((member) => !(member in own))).toEqual([]);
    for (const member of ['publish', 'publishAll', 'commit', 'uncommit', 'getUncommittedEvents', 'loadFromHistory', 'apply', 'autoCommit'])
      expect(member in own).toBe(true);
  });
});
