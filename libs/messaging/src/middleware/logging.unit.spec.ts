import { Rejection } from '@minos/common';
import type { MessageLogFields } from '../contracts/message-log.js';
import type { MessageObservation } from '../contracts/message-observer.js';
import { COMMAND, contextOf, envelopeOf, TRACE_ID, TRACEPARENT } from './call-kit.js';
import { MessageChain } from './chain.js';

type Line = readonly [level: string, message: string, fields: MessageLogFields];

function logged(): { readonly lines: Line[]; readonly chain: MessageChain } {
  const lines: Line[] = [];
  const at = (level: string) => (message: string, fields: MessageLogFields) => void lines.push([level, message, fields]);
  return { lines, chain: new MessageChain({ log: { debug: at('debug'), warn: at('warn'), error: at('error') } }) };
}

const context = contextOf({ attempt: 2, envelope: envelopeOf({ traceparent: TRACEPARENT, data: { secret: 'of a customer' } }) });
const observed = (more: Partial<MessageObservation>): MessageObservation => ({
  consumer: 'product',
  outcome: 'handled',
  stored: context.stored,
  messageId: context.envelope.id,
  type: 'stock.reserve',
  known: true,
  envelope: context.envelope,
  attempts: 2,
  ...more,
});
const who = {
  consumer: 'product',
  name: 'stock.reserve',
  messageId: context.envelope.id,
  key: 'o-1',
  attempt: 2,
  correlationId: 'c-1',
  traceId: TRACE_ID,
};

describe('the log', () => {
  it('has one line for a try that failed, whoever sees it first', async () => {
    const { lines, chain } = logged();
    const error = Object.assign(new Error('boom'), { code: 'E_BOOM' });
    await expect(chain.bind(COMMAND)(context.envelope.data, context, () => Promise.reject(error))).rejects.toBe(error);
    chain.observer?.observe(observed({ outcome: 'failed', error }));
    expect(lines).toEqual([['warn', 'A try failed', { ...who, code: 'E_BOOM', error }]]);
  });

  it('has the failures that no handler threw', () => {
    const { lines, chain } = logged();
    const error = new Error('deadline');
    chain.observer?.observe(observed({ outcome: 'failed', error }));
    expect(lines).toEqual([['warn', 'A try failed', { ...who, error }]]);
  });

  it('says at once what is parked, and in passing what was handled or rejected', async () => {
    const { lines, chain } = logged();
    const error = new Error('boom');
    const no = new Rejection('stock.insufficient', 'of a customer', { secret: 'of a customer' });
    await expect(chain.bind(COMMAND)(context.envelope.data, context, () => Promise.reject(no))).rejects.toBe(no);
    for (const more of [
      { outcome: 'parked', error },
      { outcome: 'parked' },
      { outcome: 'handled' },
      { outcome: 'rejected', error: no },
      { outcome: 'ignored' },
      { outcome: 'duplicate' },
    ] as const)
      chain.observer?.observe(observed(more));
    expect(lines).toEqual([
      ['error', 'Cannot be handled; its key is parked', { ...who, error }],
      ['error', 'Parked behind another message of its key', who],
      ['debug', 'Handled', who],
      ['debug', 'Rejected', { ...who, code: 'stock.insufficient' }],
    ]);
    expect(JSON.stringify(lines)).not.toContain('of a customer');
  });
});
