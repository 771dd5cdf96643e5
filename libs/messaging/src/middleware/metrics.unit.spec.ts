import { Rejection } from '@minos/common';
import type { HandlerRun, MessageMetrics } from '../contracts/message-metrics.js';
import type { MessageObservation } from '../contracts/message-observer.js';
import { COMMAND, contextOf } from './call-kit.js';
import { MessageChain } from './chain.js';

function measured(): { readonly runs: [HandlerRun, number][]; readonly ended: unknown[]; readonly chain: MessageChain } {
  const runs: [HandlerRun, number][] = [];
  const ended: unknown[] = [];
  const metrics: MessageMetrics = {
    handlerRan: (run, seconds) => runs.push([run, seconds]),
    messageEnded: (message) => ended.push(message),
  };
  return { runs, ended, chain: new MessageChain({ metrics }) };
}

describe('figures', () => {
  it('have each try with its outcome and its seconds', async () => {
    const { runs, chain } = measured();
    const run = chain.bind(COMMAND);
    await run(null, contextOf(), () => new Promise((resolve) => setImmediate(resolve)));
    await run(null, contextOf(), () => Promise.reject(new Rejection('a.b', 'no'))).catch(() => undefined);
    await run(null, contextOf(), () => Promise.reject(new Error('boom'))).catch(() => undefined);
    const labels = { kind: 'command', name: 'stock.reserve', consumer: 'product' };
    expect(runs.map(([label]) => label)).toEqual(['returned', 'rejected', 'failed'].map((outcome) => ({ ...labels, outcome })));
    expect(runs.every(([, seconds]) => seconds > 0 && seconds < 5)).toBe(true);
  });

  it('have the outcome of each message, under the name of the message only where it is one of few', () => {
    const { ended, chain } = measured();
    const { stored } = contextOf();
    const message: MessageObservation = {
      consumer: 'product',
      outcome: 'parked',
      stored,
      messageId: 'm',
      type: 'made.up',
      known: false,
      attempts: 1,
    };
    chain.observer?.observe(message);
    chain.observer?.observe({ ...message, outcome: 'handled', type: 'stock.reserve', known: true });
    expect(ended).toEqual([
      { consumer: 'product', name: '', outcome: 'parked' },
      { consumer: 'product', name: 'stock.reserve', outcome: 'handled' },
    ]);
  });
});
