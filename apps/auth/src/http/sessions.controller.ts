import { Public } from '@minos/auth';
import { type AnyRequest, AuthServer, Callers, ClientAddresses, UnrememberedGuard } from '@minos/auth/server';
import { Body, Controller, HttpCode, Post, Req, UseGuards, UseInterceptors } from '@nestjs/common';
import {
  ApiBody,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiTags,
  ApiTooManyRequestsResponse,
  ApiUnauthorizedResponse,
} from '@nestjs/swagger';
import { RegisteredAnswer, TokenPairAnswer } from './answers.dto.js';
import { ChangePasswordBody, CredentialsBody, LogoutBody, RefreshBody } from './credentials.dto.js';
import { JsonBodyGuard } from './json-body.guard.js';
import { optionalBody } from './optional-body.js';
import { RetryAfterInterceptor } from './retry-after.interceptor.js';

@ApiTags('sessions')
@ApiTooManyRequestsResponse()
@UseGuards(UnrememberedGuard, JsonBodyGuard)
@UseInterceptors(RetryAfterInterceptor)
@Controller('auth')
export class SessionsController {
  constructor(
    private readonly server: AuthServer,
    private readonly callers: Callers,
    private readonly addresses: ClientAddresses,
  ) {}

  /** Makes an account; an e-mail address that has one gets the same answer, and nothing changes. */
  @Post('register')
  @Public()
  @ApiCreatedResponse({ type: RegisteredAnswer })
  async register(@Req() request: AnyRequest, @Body() body: CredentialsBody): Promise<RegisteredAnswer> {
    return this.server.registration.register({ ...body, address: await this.addresses.of(request) });
  }

  /** Opens a session. */
  @Post('login')
  @Public()
  @HttpCode(200)
  @ApiOkResponse({ type: TokenPairAnswer })
  @ApiUnauthorizedResponse()
  async login(@Req() request: AnyRequest, @Body() body: CredentialsBody): Promise<TokenPairAnswer> {
    return this.server.logins.login({ ...body, address: await this.addresses.of(request) });
  }

  /** The next pair of tokens. A refresh token that comes a second time ends its session. */
  @Post('refresh')
  @Public()
  @HttpCode(200)
  @ApiOkResponse({ type: TokenPairAnswer })
  @ApiUnauthorizedResponse()
  async refresh(@Req() request: AnyRequest, @Body() body: RefreshBody): Promise<TokenPairAnswer> {
    return this.server.sessions.refresh(body.refreshToken, await this.addresses.of(request));
  }

  /** Ends the session of the refresh token, or that of the access token. */
  @Post('logout')
  @Public()
  @HttpCode(204)
  @ApiNoContentResponse()
  @ApiUnauthorizedResponse()
  @ApiBody({ type: LogoutBody, required: false })
  async logout(@Req() request: AnyRequest, @Body() body: unknown): Promise<void> {
    const { refreshToken } = await optionalBody(LogoutBody, body);
    const caller = refreshToken === undefined ? await this.callers.find(request) : undefined;
    await this.server.sessions.logout(refreshToken, caller, await this.addresses.of(request));
    this.server.feed.hint();
  }

  /** Changes the password of the caller, ends all sessions and opens a new one. */
  @Post('password')
  @HttpCode(200)
  @ApiOkResponse({ type: TokenPairAnswer })
  @ApiUnauthorizedResponse()
  async changePassword(@Req() request: AnyRequest, @Body() body: ChangePasswordBody): Promise<TokenPairAnswer> {
    const { subject } = await this.callers.require(request);
    const pair = await this.server.logins.changePassword({ ...body, accountId: subject, address: await this.addresses.of(request) });
    this.server.feed.hint();
    return pair;
  }
}
