import { Public, Unlisted } from '@minos/common';
import { Body, Controller, Get, NotFoundException, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import { AuthServer } from '../auth-server.js';
import { onlyFields } from './only-fields.js';
import type { AnyRequest, AnyResponse } from './http-parts.js';
import { ServiceCallers } from './service-callers.js';
import { UnrememberedGuard } from './unremembered.guard.js';

// Services prove their name by HTTP Basic.
@Public()
@Unlisted()
@Controller('auth/message-keys')
export class MessageKeysController {
  constructor(
    private readonly server: AuthServer,
    private readonly services: ServiceCallers,
  ) {}

  /** Registers the key that a process of a service signs its messages with. */
  @Post()
  @UseGuards(UnrememberedGuard)
  async register(@Req() request: AnyRequest, @Body() body: unknown): Promise<{ readonly kid: string }> {
    const service = await this.services.require(request);
    return this.server.messageKeys.register(service, onlyFields(body, ['jwk'])['jwk']);
  }

  /** A key of messages, and whose it is. It never changes. */
  @Get(':kid')
  async find(@Req() request: AnyRequest, @Param('kid') kid: string, @Res({ passthrough: true }) response: AnyResponse): Promise<unknown> {
    await this.services.require(request);
    const key = /^[A-Za-z0-9_-]{43}$/.test(kid) ? await this.server.messageKeys.find(kid) : undefined;
    if (key === undefined) throw new NotFoundException('There is no such key.');
    response.header('Cache-Control', 'private, max-age=86400, immutable');
    return { kid, service: key.service, jwk: key.publicJwk };
  }
}
