import { Public, Unlisted } from '@minos/common';
import { Body, Controller, Get, Header, Post, Query, Req, UseGuards } from '@nestjs/common';
import { AuthServer } from '../auth-server.js';
import { onlyFields } from './only-fields.js';
import type { AnyRequest } from './http-parts.js';
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

  /** Keys of messages, and whose they are, of up to 100 ids with commas; those that nobody has registered are left out. */
  @Get()
  @Header('Cache-Control', 'no-store')
  async find(@Req() request: AnyRequest, @Query('kids') kids: unknown): Promise<unknown> {
    await this.services.require(request);
    const keys = await this.server.messageKeys.find(kids);
    return { keys: keys.map(({ kid, service, publicJwk: jwk }) => ({ kid, service, jwk })) };
  }
}
