import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMinosError } from '../errors/minos-error.js';
import { Event } from '../messages/event.js';
import type { MessageClass } from '../messages/message-metadata.js';
import { MessageRegistry } from '../messages/message-registry.js';
import { expectNamesKept } from './expect-names-kept.js';

@Event('order.placed')
class OrderPlacedV1 {}
@Event('order.placed', { version: 2 })
class OrderPlaced {}
@Event('order.paid')
class OrderPaid {}

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'names-'));
  file = join(folder, 'minos.names.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const appWith = (...classes: MessageClass[]): MessageRegistry => new MessageRegistry().register(...classes);
const record = (...classes: MessageClass[]): void => expectNamesKept(appWith(...classes), file, { update: true });

function errorOf(work: () => unknown): { code: string; message: string } | undefined {
  try {
    work();
  } catch (error) {
    if (isMinosError(error)) return { code: error.code, message: error.message };
    throw error;
  }
  return undefined;
}

describe('expectNamesKept', () => {
  it('passes when the file records exactly the names', () => {
    record(OrderPlaced, OrderPaid);
    expectNamesKept(appWith(OrderPaid, OrderPlaced), file);
  });

  it('fails when an event disappears, and says which and what to do', () => {
    record(OrderPlaced, OrderPaid);
    const error = errorOf(() => expectNamesKept(appWith(OrderPlaced), file));
    expect(error?.code).toBe('NAMES_LOST');
    expect(error?.message).toContain('event "order.paid"');
    expect(error?.message).toContain('Give the classes their names back');
  });

  it('fails when a version of an event disappears, unless an upcaster reads it', () => {
    record(OrderPlacedV1, OrderPlaced);
    expect(errorOf(() => expectNamesKept(appWith(OrderPlaced), file))?.message).toContain('event "order.placed" version 1');
    expectNamesKept(appWith(OrderPlaced).keepReadable('order.placed', 1), file);
  });

  it('fails when another kind of name disappears', () => {
    class Order {}
    expectNamesKept(appWith().claimName({ kind: 'aggregate', name: 'order', target: Order }), file, { update: true });
    expect(errorOf(() => expectNamesKept(appWith(), file))?.message).toContain('aggregate "order"');
  });

  it('reports names that are not recorded, and records them when asked', () => {
    record(OrderPaid);
    const error = errorOf(() => expectNamesKept(appWith(OrderPaid, OrderPlaced), file, { update: false }));
    expect(error).toMatchObject({ code: 'NAMES_NOT_RECORDED' });
    expect(error?.message).toContain('event "order.placed"');
    record(OrderPaid, OrderPlaced);
    expectNamesKept(appWith(OrderPaid, OrderPlaced), file);
  });

  it('never takes a name out of the file, not even when asked to update', () => {
    record(OrderPaid);
    expect(errorOf(() => record(OrderPlaced))?.code).toBe('NAMES_LOST');
    expect(readFileSync(file, 'utf8')).toContain('order.paid');
  });

  it('reads a file that lacks whole kinds', () => {
    writeFileSync(file, '{"events":{"order.paid":[1]}}');
    expectNamesKept(appWith(OrderPaid), file);
  });
});
