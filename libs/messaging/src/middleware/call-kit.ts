import { createEnvelope, type Envelope, type Principal, type Unit } from '@minos/common';
import type { MessageContext } from '../contracts/message-handler.js';
import type { HandlerDescription } from '../contracts/message-middleware.js';

export const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
export const TRACEPARENT = `00-${TRACE_ID}-00f067aa0ba902b7-01`;

export function envelopeOf(more: Partial<Parameters<typeof createEnvelope>[0]> = {}): Envelope {
  return createEnvelope({
    id: '0190a3c2-7b1e-7000-8000-000000000001',
    source: 'order',
    type: 'stock.reserve',
    time: '2026-01-02T03:04:05Z',
    correlationid: 'c-1',
    data: {},
    ...more,
  });
}

/** The context of a message, with a unit that takes nothing. */
export function contextOf(more: Partial<MessageContext> = {}): MessageContext {
  const stored = { channel: 'product.commands', partition: 3, key: 'o-1', offset: 7n, appendedAt: 0, headers: {}, body: new Uint8Array() };
  const unit = { tenant: '', resources: new Map(), enlist: () => ({ result: undefined }) } as unknown as Unit;
  return { consumer: 'product', envelope: envelopeOf(), stored, unit, attempt: 1, signal: new AbortController().signal, ...more };
}

export const COMMAND: HandlerDescription = {
  kind: 'command',
  name: 'stock.reserve',
  handler: { type: class Handler {}, method: 'execute' },
};

export function principalOf(...roles: string[]): Principal {
  return { subject: 'ann', roles, tenant: '', actedAt: '', correlationId: 'c-1', issuer: 'auth', audience: ['product'] };
}
