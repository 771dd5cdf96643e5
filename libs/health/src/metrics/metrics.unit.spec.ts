import type { MetricSample } from '@minos/common';
import { Metrics } from './metrics.js';

describe('Metrics', () => {
  it('shows readings with their labels as they are now, and nothing where they cannot be had', async () => {
    const metrics = await Metrics.create();
    let handled: readonly MetricSample[] = [
      { labels: { consumer: 'stock' }, value: 3 },
      { labels: { consumer: 'mailer' }, value: 1 },
    ];
    metrics.readings({ name: 'handled_total', help: 'Handled', kind: 'counter', labels: ['consumer'] }, () => handled);
    metrics.readings({ name: 'lag_seconds', help: 'Lag', kind: 'gauge', labels: [] }, () => [{ labels: {}, value: 2.5 }]);
    metrics.readings({ name: 'broken', help: 'Broken', kind: 'gauge', labels: [] }, () => {
      throw new Error('no');
    });
    const first = await metrics.text();
    for (const line of ['handled_total{consumer="stock"} 3', 'handled_total{consumer="mailer"} 1', 'lag_seconds 2.5'])
      expect(first).toContain(line);
    expect(first).toContain('# TYPE handled_total counter');
    handled = [{ labels: { consumer: 'stock' }, value: 4 }];
    const second = await metrics.text();
    expect(second).toContain('handled_total{consumer="stock"} 4');
    expect(second).not.toContain('mailer');
    metrics.close();
  });
});
