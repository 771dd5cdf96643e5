import { isMinosError } from '@minos/common';
import { channelRole } from '../send/channels.js';
import { NameOwners, type ClaimedOrigin } from './name-owners.js';
import { ownerOf } from './trust-kit.js';

const owners = new NameOwners(
  new Map([
    ['audit.noted', '*'],
    ['price.changed', 'product'],
  ]),
  ownerOf,
);

function allows(origin: Partial<ClaimedOrigin>, by = owners): boolean {
  try {
    by.demand({ channel: 'orders.events', source: 'orders', type: 'order.placed', answers: undefined, answerTo: undefined, ...origin });
    return true;
  } catch (error) {
    if (isMinosError(error, 'PRODUCER_NOT_OWNER')) return false;
    throw error;
  }
}

describe('who may publish', () => {
  it('events: the owner of their channel', () => {
    expect(allows({})).toBe(true);
    expect(allows({ source: 'product' })).toBe(false);
    expect(allows({ source: '' })).toBe(false);
    expect(allows({ source: 'Orders' })).toBe(false);
    expect(allows({ channel: 'my.orders.events' })).toBe(false);
  });

  it('a name that has a rule: whom the rule says, on any channel', () => {
    expect(allows({ type: 'audit.noted', source: 'product' })).toBe(true);
    expect(allows({ type: 'price.changed', source: 'product' })).toBe(true);
    expect(allows({ type: 'price.changed' })).toBe(false);
  });

  it('commands: everybody, who may have the answer sent only home', () => {
    const command = { channel: 'stock.commands', type: 'stock.reserve' };
    expect(allows(command)).toBe(true);
    expect(allows({ ...command, answerTo: 'orders.answers' })).toBe(true);
    expect(allows({ ...command, answerTo: 'orders.replies' })).toBe(true);
    expect(allows({ ...command, replyTo: 'orders.replies' })).toBe(true);
    expect(allows({ ...command, answerTo: 'orders.answers', replyTo: 'product.replies' })).toBe(false);
    for (const answerTo of ['product.answers', 'answers', 'elsewhere', '__proto__', ''])
      expect(allows({ ...command, answerTo })).toBe(false);
  });

  it('commands that name their senders: those, and the owner of the command', () => {
    const ruled = new NameOwners(new Map(), ownerOf, (command) => (command === 'stock.reserve' ? ['orders'] : undefined));
    const command = { channel: 'product.commands', type: 'stock.reserve' };
    for (const source of ['orders', 'product']) expect(allows({ ...command, source }, ruled)).toBe(true);
    for (const source of ['gateway', 'Orders', '']) expect(allows({ ...command, source }, ruled)).toBe(false);
    expect(allows({ ...command, source: 'gateway', type: 'stock.look' }, ruled)).toBe(true);
  });

  it('answers: the owner of the command, where it is known', () => {
    const answer = { channel: 'orders.answers', type: 'minos.result', source: 'product', answers: 'stock.reserve' };
    expect(allows(answer)).toBe(true);
    expect(allows({ ...answer, channel: 'orders.replies' })).toBe(true);
    expect(allows({ ...answer, source: 'orders' })).toBe(false);
    for (const answers of [undefined, '', 'unknown', '__proto__', 'constructor']) expect(allows({ ...answer, answers })).toBe(false);
  });
});

it('a channel has the role that its name says', () => {
  expect(channelRole('orders.events')).toEqual({ kind: 'events', service: 'orders' });
  expect(channelRole('a.b.commands')).toEqual({ kind: 'commands', service: 'a.b' });
  for (const name of ['orders', '.events', 'events', 'orders.constructor', ''])
    expect(channelRole(name)).toEqual({ kind: 'other', service: '' });
});
