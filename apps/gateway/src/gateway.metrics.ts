import { FrontDoor } from '@minos/gateway';
import { Metrics } from '@minos/health';
import { Injectable } from '@nestjs/common';

/** What went through the front door, for Prometheus. */
@Injectable()
export class GatewayMetrics {
  constructor(metrics: Metrics, door: FrontDoor) {
    const labels = ['service', 'method', 'status'];
    const { statistics } = door;
    metrics.readings({ name: 'minos_gateway_requests_total', help: 'Requests that are over', kind: 'counter', labels }, () =>
      statistics.requests(),
    );
    metrics.readings({ name: 'minos_gateway_request_seconds_total', help: 'Time of these requests', kind: 'counter', labels }, () =>
      statistics.seconds(),
    );
    metrics.readings({ name: 'minos_gateway_retries_total', help: 'Tries beyond the first', kind: 'counter', labels: [] }, () => [
      { labels: {}, value: statistics.retries() },
    ]);
    metrics.readings(
      { name: 'minos_gateway_malformed_total', help: 'Requests that could not be read', kind: 'counter', labels: [] },
      () => [{ labels: {}, value: statistics.malformedRequests() }],
    );
    metrics.gauge('minos_gateway_running', 'Requests and WebSockets that are not over', () => door.running);
    metrics.gauge('minos_gateway_connections', 'Connections of clients', () => door.connections);
  }
}
