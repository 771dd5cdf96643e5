import { event } from '../consumer/consumer-kit.js';
import type { BrokerMessage } from '../contracts/broker.js';
import { sealedBy } from './trust-kit.js';

const MEGABYTE = 'x'.repeat(1_000_000);
const TYPES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', ''];

export interface HostileMessage {
  readonly name: string;
  readonly message: BrokerMessage;
}

/** The message with other headers, own properties also where their names are those of prototypes. */
export function withHeaders(message: BrokerMessage, headers: Readonly<Record<string, string>>): BrokerMessage {
  return { ...message, headers: Object.fromEntries([...Object.entries(message.headers), ...Object.entries(headers)]) };
}

type Make = (name: string, headers: Record<string, string>, message?: BrokerMessage) => HostileMessage;

/** What somebody without keys may write to a channel, each time with the key of genuine messages. */
export function hostileMessages(channel: string, key = 'a'): readonly HostileMessage[] {
  const plain = event({ channel, key });
  const genuine = sealedBy('orders', event({ channel, key }));
  const header: Make = (name, headers, message = genuine) => ({ name, message: withHeaders(message, headers) });
  return [...forged(header, plain, genuine), ...misnamed(header, plain), ...broken(header, plain)];
}

function forged(header: Make, plain: BrokerMessage, genuine: BrokerMessage): HostileMessage[] {
  const { channel, key } = plain;
  return [
    { name: 'no seal', message: plain },
    { name: 'no headers', message: { channel, key, headers: {}, body: Buffer.alloc(0) } },
    header('another producer', { ce_source: 'product' }),
    header('a producer of the prototype', { ce_source: '__proto__' }, plain),
    header('another id under a genuine seal', { ce_id: '0190a3c2-7b1e-7000-8000-00000000dead' }),
    header('the seal of another message', { ce_seal: sealedBy('orders', event({ channel, key })).headers['ce_seal'] ?? '' }),
    header('a tenant added', { ce_tenant: 'acme' }),
    header('a tenant added in capitals', { CE_TENANT: 'acme' }),
    header('an id twice', { CE_ID: 'other' }),
    header('a source twice', { Ce_Source: 'orders' }),
    { name: 'another body under a genuine seal', message: { ...genuine, body: Buffer.from('{"admin":true}') } },
    { name: 'another key under a genuine seal', message: { ...genuine, key: `${key}2` } },
  ];
}

function misnamed(header: Make, plain: BrokerMessage): HostileMessage[] {
  return [
    ...TYPES.map((type) => header(`the type "${type}"`, { ce_type: type }, plain)),
    header('a long type', { ce_type: MEGABYTE }, plain),
    header('a long id', { ce_id: MEGABYTE }, plain),
    header('a long source', { ce_source: MEGABYTE }, plain),
    header('a long tenant', { ce_tenant: MEGABYTE }, plain),
    header('a long header', { ce_whatever: MEGABYTE }, plain),
    header('a long seal', { ce_seal: MEGABYTE }),
    header('a long claim set', { ce_principal: MEGABYTE }),
    { name: 'a long key', message: { ...plain, key: MEGABYTE } },
    header(
      'a header of the prototype',
      JSON.parse('{"__proto__":"x","ce___proto__":"x","ce_constructor":"x"}') as Record<string, string>,
      plain,
    ),
  ];
}

function broken(header: Make, plain: BrokerMessage): HostileMessage[] {
  return [
    header('a NUL in its id', { ce_id: 'a\0b' }, plain),
    header('a NUL in its type', { ce_type: 'order.placed\0' }, plain),
    header('a NUL in its tenant', { ce_tenant: '\0' }, plain),
    header('a NUL in any header', { ce_correlationid: '\0' }, plain),
    { name: 'a NUL in its key', message: { ...plain, key: `${plain.key}\0` } },
    header('half of a character', { ce_id: '\ud800' }, plain),
    { name: 'deep JSON', message: { ...plain, body: Buffer.from(`${'['.repeat(400_000)}${']'.repeat(400_000)}`) } },
    { name: 'prototypes in its body', message: { ...plain, body: Buffer.from('{"__proto__":{"admin":true}}') } },
    { name: 'bytes that are no text', message: { ...plain, body: Buffer.from([0xff, 0xfe, 0x00]) } },
  ];
}
