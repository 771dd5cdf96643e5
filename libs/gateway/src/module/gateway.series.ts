import { type MetricDefinition, type MetricSample, MetricSource } from '@minos/common';
import { Injectable } from '@nestjs/common';
import { FrontDoor } from '../front-door/front-door.js';

const BY_REQUEST = ['service', 'method', 'status'];

const gauge = (name: string, help: string): MetricDefinition => ({ name, help, kind: 'gauge', labels: [] });
const counter = (name: string, help: string, labels: readonly string[] = []): MetricDefinition => ({ name, help, kind: 'counter', labels });
const one = (value: number): readonly MetricSample[] => [{ labels: {}, value }];

/** What goes through the front door of this process. */
@MetricSource()
@Injectable()
export class GatewaySeries implements MetricSource {
  private readonly series: ReadonlyMap<MetricDefinition, () => readonly MetricSample[]>;

  constructor(door: FrontDoor) {
    const { statistics } = door;
    this.series = new Map([
      [counter('minos_gateway_requests_total', 'Requests that are over', BY_REQUEST), () => statistics.requests()],
      [counter('minos_gateway_request_seconds_total', 'Time of these requests', BY_REQUEST), () => statistics.seconds()],
      [counter('minos_gateway_retries_total', 'Tries beyond the first'), () => one(statistics.retries())],
      [counter('minos_gateway_malformed_total', 'Requests that could not be read'), () => one(statistics.malformedRequests())],
      [gauge('minos_gateway_running', 'Requests and WebSockets that are not over'), () => one(door.running)],
      [gauge('minos_gateway_connections', 'Connections of clients'), () => one(door.connections)],
    ]);
  }

  get definitions(): readonly MetricDefinition[] {
    return [...this.series.keys()];
  }

  read(asked: string): readonly MetricSample[] {
    for (const [{ name }, read] of this.series) if (name === asked) return read();
    return [];
  }
}
