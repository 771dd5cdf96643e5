import { Public } from '@minos/common';
import { Controller, Get, Header, Inject, Res, type Type } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type HealthAnswer, HealthService } from './health.service.js';

/** The three routes under `path`, in the form of Terminus: 200, or 503 with what is down. */
export function healthControllerAt(path: string): Type {
  @Controller(path)
  @Public()
  class HealthController {
    constructor(
      @Inject(HealthService) private readonly health: HealthService,
      @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
    ) {}

    /** Whether the process works; a red answer asks for a restart. */
    @Get('live')
    @Header('Cache-Control', 'no-store')
    async live(@Res({ passthrough: true }) response: unknown): Promise<HealthAnswer['body']> {
      return this.answer(response, await this.health.live());
    }

    /** Whether requests should be sent here. */
    @Get('ready')
    @Header('Cache-Control', 'no-store')
    async ready(@Res({ passthrough: true }) response: unknown): Promise<HealthAnswer['body']> {
      return this.answer(response, await this.health.ready());
    }

    /** Whether the application has started. */
    @Get('startup')
    @Header('Cache-Control', 'no-store')
    async startup(@Res({ passthrough: true }) response: unknown): Promise<HealthAnswer['body']> {
      return this.answer(response, await this.health.startup());
    }

    private answer(response: unknown, { healthy, body }: HealthAnswer): HealthAnswer['body'] {
      if (!healthy) this.adapterHost.httpAdapter.status(response, 503);
      return body;
    }
  }
  return HealthController;
}
