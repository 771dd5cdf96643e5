import { isMetricSource } from '@minos/common';
import type { AccessEntry } from '../access-log/access-entry.js';
import type { FrontDoor } from '../front-door/front-door.js';
import { GatewayStatistics } from '../front-door/gateway-statistics.js';
import { GatewaySeries } from './gateway.series.js';

describe('GatewaySeries', () => {
  const statistics = new GatewayStatistics();
  const series = new GatewaySeries({ statistics, running: 2, connections: 3 } as unknown as FrontDoor);

  it('is found by its mark, and names each of its figures', () => {
    expect(isMetricSource(GatewaySeries)).toBe(true);
    expect(series.definitions.map(({ name, kind, labels }) => [name, kind, labels.join()])).toEqual([
      ['minos_gateway_requests_total', 'counter', 'service,method,status'],
      ['minos_gateway_request_seconds_total', 'counter', 'service,method,status'],
      ['minos_gateway_retries_total', 'counter', ''],
      ['minos_gateway_malformed_total', 'counter', ''],
      ['minos_gateway_running', 'gauge', ''],
      ['minos_gateway_connections', 'gauge', ''],
    ]);
    expect(series.read('minos_gateway_other')).toEqual([]);
  });

  it('has what went through, and what is there', () => {
    statistics.take({ service: 'order', method: 'GET', status: 200, milliseconds: 500, tries: 3 } as AccessEntry);
    statistics.malformed();
    const labels = { service: 'order', method: 'GET', status: '200' };
    expect(series.definitions.map(({ name }) => series.read(name))).toEqual([
      [{ labels, value: 1 }],
      [{ labels, value: 0.5 }],
      [{ labels: {}, value: 2 }],
      [{ labels: {}, value: 1 }],
      [{ labels: {}, value: 2 }],
      [{ labels: {}, value: 3 }],
    ]);
  });
});
