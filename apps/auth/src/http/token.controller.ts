import { type AnyRequest, AuthServer, ClientAddresses, ServiceCallers, UnrememberedGuard } from '@minos/auth/server';
import { Public, Unlisted } from '@minos/common';
import { Body, Controller, HttpCode, Post, Req, UseGuards, UseInterceptors } from '@nestjs/common';
import { ApiOkResponse, ApiTags, ApiUnauthorizedResponse } from '@nestjs/swagger';
import { ServiceTokenBodyAnswer } from './answers.dto.js';
import { RetryAfterInterceptor } from './retry-after.interceptor.js';
import { TokenBody } from './token.dto.js';

@ApiTags('services')
@ApiUnauthorizedResponse()
@UseGuards(UnrememberedGuard)
@UseInterceptors(RetryAfterInterceptor)
@Public()
@Unlisted()
@Controller('auth')
export class TokenController {
  constructor(
    private readonly server: AuthServer,
    private readonly services: ServiceCallers,
    private readonly addresses: ClientAddresses,
  ) {}

  /** An access token for a service that acts on its own; its credential comes by HTTP Basic. */
  @Post('token')
  @HttpCode(200)
  @ApiOkResponse({ type: ServiceTokenBodyAnswer })
  async token(@Req() request: AnyRequest, @Body() _body: TokenBody): Promise<ServiceTokenBodyAnswer> {
    await this.server.throttle.take('logins', await this.addresses.of(request));
    return this.server.serviceTokens.issue(await this.services.require(request));
  }
}
