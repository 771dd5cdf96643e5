import { Command, Event, MessageRegistry, runInContext } from '@minos/common';
import type { Principal } from '@minos/common';
import { createMemoryEventSourcing } from '../memory/memory-event-sourcing.js';
import { streamName } from '../stream/stream-name.js';
import { Ticket, TicketOpened } from '../testing/fixtures/ticket.js';
import { EventSerializer } from './event-serializer.js';

class Unnamed {}

@Event('known.not')
class NotRegistered {}

@Command('open')
class Open extends Command {}

const serializer = (): EventSerializer => new EventSerializer({ registry: new MessageRegistry().register(TicketOpened, Open) });

describe('EventSerializer', () => {
  it('refuses wrong and unknown options, all at once', () => {
    const wrong = { registri: new MessageRegistry(), limits: { bytes: 0, depht: 3 }, cipher: 'secret' };
    expect(() => new EventSerializer(wrong as never)).toThrow(
      /registry: is missing[\s\S]*limits.bytes: found 0[\s\S]*limits.depht: [\s\S]*"depth"[\s\S]*cipher: found "secret"[\s\S]*registri: [\s\S]*"registry"/,
    );
  });

  it('writes durable name, version and data, and makes the event again without its constructor', async () => {
    const { id, ...written } = serializer().serialize(new TicketOpened(3), { correlationId: 'c' });
    expect(written).toEqual({ type: 'ticket.opened', schemaVersion: 1, data: { seats: 3 }, metadata: { correlationId: 'c' } });
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    const { store } = createMemoryEventSourcing();
    await store.append(streamName('ticket', '1'), [{ id, ...written }], { expectedVersion: 'any' });
    const [recorded] = await store.read(streamName('ticket', '1'));
    const [event] = recorded ? serializer().deserialize(recorded) : [];
    expect(event).toBeInstanceOf(TicketOpened);
    expect(event).toEqual(new TicketOpened(3));
  });

  it.each([
    [new Unnamed(), /The class Unnamed is no known event/],
    [new NotRegistered(), /name it in an @On or list it: MinosModule.forFeature\(\{ messages: \[NotRegistered\] \}\)/],
    [new Open(), /Open is a command and was applied as an event/],
  ])('refuses what is no known event (%p)', (event, message) => {
    expect(() => serializer().serialize(event, {})).toThrow(message);
    expect(() => serializer().serialize(event, {})).toThrow(expect.objectContaining({ code: 'UNKNOWN_EVENT' }));
  });

  it('refuses data that JSON cannot carry, with its path', () => {
    expect(() => serializer().serialize(new TicketOpened(new Date(0) as never), {})).toThrow(
      expect.objectContaining({ code: 'PAYLOAD_REFUSED', message: expect.stringMatching(/seats/) as string }),
    );
  });
});

describe('the metadata of events', () => {
  it('says who and what led to them', async () => {
    const { repository, store } = createMemoryEventSourcing();
    const tickets = repository(Ticket);
    const principal: Principal = {
      subject: 'ann',
      roles: [],
      tenant: 'acme',
      actedAt: '',
      correlationId: 'c',
      issuer: 'gate',
      audience: [],
    };
    const context = { tenant: 'acme', correlationId: 'c', causationId: 'm', principal, traceparent: '00-1-2-01' };
    await runInContext(context, () => tickets.create('1', (ticket) => ticket.open(1)));
    await tickets.create('1', (ticket) => ticket.open(2));
    const [ours] = await store.read(streamName('ticket', '1'), { tenant: 'acme' });
    const [others] = await store.read(streamName('ticket', '1'));
    expect([ours?.tenant, ours?.metadata, ours?.data]).toEqual([
      'acme',
      { correlationId: 'c', causationId: 'm', principal, traceparent: '00-1-2-01' },
      { seats: 1 },
    ]);
    expect([others?.metadata, others?.data]).toEqual([{}, { seats: 2 }]);
    expect(await runInContext({ tenant: 'acme' }, async () => (await tickets.load('1')).seatsLeft)).toBe(1);
  });
});
