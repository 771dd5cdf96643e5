import { Controller, Get, Inject, Res, type Type } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ManagementOnly } from '../management/management-only.decorator.js';
import { Metrics } from './metrics.js';

/** The Prometheus text at `path`; in production not for everybody. */
export function metricsControllerAt(path: string): Type {
  @Controller(path)
  @ManagementOnly()
  class MetricsController {
    constructor(
      @Inject(Metrics) private readonly metrics: Metrics,
      @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
    ) {}

    /** Process, pool, commits and feed, for Prometheus. */
    @Get()
    async read(@Res({ passthrough: true }) response: unknown): Promise<string> {
      const text = await this.metrics.text();
      this.adapterHost.httpAdapter.setHeader(response, 'Content-Type', this.metrics.contentType);
      return text;
    }
  }
  return MetricsController;
}
