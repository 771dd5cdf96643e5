import { isMinosError } from '../errors/minos-error.js';
import { Command } from './command.js';
import { Event } from './event.js';
import { MessageRegistry } from './message-registry.js';
import { Query } from './query.js';

@Event('order.placed')
class OrderPlacedV1 {}
@Event('order.placed', { version: 2 })
class OrderPlaced {}
@Event('order.placed', { version: 2 })
class OrderPlacedTwin {}
@Command('order.place', { owner: 'order' })
class PlaceOrder extends Command {}
@Query('order.placed')
class PlacedQuery extends Query {}
class Unnamed {}

function errorOf(work: () => unknown): { code: string; message: string } {
  try {
    work();
  } catch (error) {
    if (isMinosError(error)) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('MessageRegistry', () => {
  it('finds messages by class, instance, name and version', () => {
    const registry = new MessageRegistry().register(OrderPlacedV1, OrderPlaced, PlaceOrder);
    expect(registry.of(new PlaceOrder()).name).toBe('order.place');
    expect(registry.ofClass(OrderPlaced).version).toBe(2);
    expect(registry.get('order.placed', 1).target).toBe(OrderPlacedV1);
    expect(registry.get('order.placed').target).toBe(OrderPlaced);
    expect(registry.find('order.placed', 3)).toBeUndefined();
    expect(registry.find('toString')).toBeUndefined();
    expect(registry.all()).toHaveLength(3);
  });

  it('takes the same class again', () => {
    expect(new MessageRegistry().register(OrderPlaced).register(OrderPlaced).all()).toHaveLength(1);
  });

  it('names both classes of a clash', () => {
    const { code, message } = errorOf(() => new MessageRegistry().register(OrderPlaced, OrderPlacedTwin));
    expect(code).toBe('NAME_CLASH');
    expect(message).toContain('OrderPlaced (event) and OrderPlacedTwin (event)');
    expect(message).toContain('"order.placed" in version 2');
  });

  it('refuses one name for two kinds of messages', () => {
    const { code, message } = errorOf(() => new MessageRegistry().register(OrderPlaced, PlacedQuery));
    expect(code).toBe('NAME_CLASH');
    expect(message).toContain('OrderPlaced (event) and PlacedQuery (query)');
  });

  it('lets another kind of thing have a message name, and two applications the same names', () => {
    class Order {}
    const one = new MessageRegistry().register(OrderPlaced).claimName({ kind: 'aggregate', name: 'order.placed', target: Order });
    const other = new MessageRegistry().register(OrderPlacedTwin);
    expect(one.names().aggregates).toEqual(['order.placed']);
    expect(other.ofClass(OrderPlacedTwin).name).toBe('order.placed');
  });

  it('refuses two aggregates of one name', () => {
    class Order {}
    class Other {}
    const registry = new MessageRegistry().claimName({ kind: 'aggregate', name: 'order', target: Order });
    expect(errorOf(() => registry.claimName({ kind: 'aggregate', name: 'order', target: Other })).code).toBe('NAME_CLASH');
  });

  it('teaches what to do about an unknown, an unnamed and a nameless message', () => {
    const registry = new MessageRegistry().register(OrderPlaced);
    const unknown = errorOf(() => registry.of(new PlaceOrder()));
    expect(unknown.code).toBe('MESSAGE_UNKNOWN');
    expect(unknown.message).toContain('MinosModule.forFeature({ messages: [PlaceOrder] })');
    expect(errorOf(() => registry.of(new Unnamed())).message).toContain('class Unnamed has no durable name');
    expect(errorOf(() => registry.register(Unnamed)).code).toBe('MESSAGE_UNNAMED');
    const version = errorOf(() => registry.get('order.placed', 7));
    expect(version.code).toBe('MESSAGE_NAME_UNKNOWN');
    expect(version.message).toContain('Known versions of it: 2');
    expect(errorOf(() => registry.get('nope')).message).toContain('"nope"');
  });

  it.each(['', 'a b', '.a', 'a.', '1a', 'a..b', 'ä', `a${'x'.repeat(200)}`])('refuses the name %p', (name) => {
    class Message {}
    Event(name)(Message);
    expect(errorOf(() => new MessageRegistry().register(Message)).code).toBe('NAME_INVALID');
  });

  it.each([0, -1, 1.5, NaN])('refuses the version %p', (version) => {
    class Message {}
    Event('a', { version })(Message);
    expect(errorOf(() => new MessageRegistry().register(Message)).code).toBe('NAME_INVALID');
  });

  it('lists names sorted, with all versions that can be read', () => {
    const registry = new MessageRegistry().register(PlaceOrder, OrderPlaced).keepReadable('order.placed', 1);
    expect(registry.names()).toMatchObject({ commands: ['order.place'], events: { 'order.placed': [1, 2] }, queries: [] });
  });
});
