import { Public } from '@minos/auth';
import { addressOf, type AnyRequest, type AnyResponse, AuthServer, FLOW_SECONDS } from '@minos/auth/server';
import { Controller, Get, Param, Query, Req, Res, UseInterceptors } from '@nestjs/common';
import { ApiFoundResponse, ApiOkResponse, ApiTags, ApiUnauthorizedResponse } from '@nestjs/swagger';
import { TokenPairAnswer } from './answers.dto.js';
import { RetryAfterInterceptor } from './retry-after.interceptor.js';

const COOKIE = 'minos_oidc';

@ApiTags('sessions')
@UseInterceptors(RetryAfterInterceptor)
@Public()
@Controller('auth/oidc')
export class OidcController {
  constructor(private readonly server: AuthServer) {}

  /** Sends the browser to the provider to sign in. */
  @Get(':provider/login')
  @ApiFoundResponse()
  async login(
    @Req() request: AnyRequest,
    @Param('provider') provider: string,
    @Res({ passthrough: true }) response: AnyResponse,
  ): Promise<void> {
    await this.server.throttle.take('logins', addressOf(request));
    const { location, sealedFlow } = await this.server.oidc.begin(provider);
    response.header('Set-Cookie', this.cookie(sealedFlow, FLOW_SECONDS));
    response.header('Location', location);
    response.status(302);
  }

  /** Where the provider sends the browser back to. Opens a session, for the account that belongs to the provider's subject. */
  @Get(':provider/callback')
  @ApiOkResponse({ type: TokenPairAnswer })
  @ApiUnauthorizedResponse()
  async callback(
    @Req() request: AnyRequest,
    @Param('provider') provider: string,
    @Query() query: Record<string, unknown>,
    @Res({ passthrough: true }) response: AnyResponse,
  ): Promise<TokenPairAnswer> {
    const address = addressOf(request);
    await this.server.throttle.take('logins', address);
    response.header('Set-Cookie', this.cookie('', 0));
    return this.server.oidc.finish({ provider, query, sealedFlow: sealedFlowOf(request), address });
  }

  /** `Lax`: the browser comes back from another site, by a link. */
  private cookie(value: string, seconds: number): string {
    const secure = this.server.options.oidc.publicUrl?.startsWith('https:') === true ? '; Secure' : '';
    return `${COOKIE}=${value}; Max-Age=${seconds}; Path=/auth/oidc; HttpOnly; SameSite=Lax${secure}`;
  }
}

function sealedFlowOf({ headers }: AnyRequest): string | undefined {
  const found = (headers.cookie ?? '').split(';').map((part) => part.trim().split('='));
  return found.find(([name]) => name === COOKIE)?.[1];
}
