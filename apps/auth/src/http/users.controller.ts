import { Roles } from '@minos/auth';
import { type Account, ADMIN_ROLE, type AnyRequest, AuthServer, Callers, ClientAddresses, type Actor } from '@minos/auth/server';
import { Body, Controller, Get, HttpCode, Param, Post, Put, Query, Req, UseGuards, UseInterceptors } from '@nestjs/common';
import { ApiForbiddenResponse, ApiNotFoundResponse, ApiOkResponse, ApiTags, ApiUnauthorizedResponse } from '@nestjs/swagger';
import { UserAnswer, UsersAnswer } from './answers.dto.js';
import { JsonBodyGuard } from './json-body.guard.js';
import { RetryAfterInterceptor } from './retry-after.interceptor.js';
import { RolesBody, UsersQuery } from './users.dto.js';

const DEFAULT_PAGE = 50;

@ApiTags('users')
@ApiUnauthorizedResponse()
@ApiForbiddenResponse()
@UseGuards(JsonBodyGuard)
@UseInterceptors(RetryAfterInterceptor)
@Roles(ADMIN_ROLE)
@Controller('auth/users')
export class UsersController {
  constructor(
    private readonly server: AuthServer,
    private readonly callers: Callers,
    private readonly addresses: ClientAddresses,
  ) {}

  /** Accounts in the order of their ids. */
  @Get()
  @ApiOkResponse({ type: UsersAnswer })
  async list(@Req() request: AnyRequest, @Query() { limit = DEFAULT_PAGE, after }: UsersQuery): Promise<UsersAnswer> {
    await this.admin(request);
    const { items, next } = await this.server.administration.accounts(limit, after);
    return { items: items.map(userOf), next };
  }

  /** Keeps an account from signing in and ends its sessions. */
  @Post(':id/disable')
  @HttpCode(200)
  @ApiOkResponse({ type: UserAnswer })
  @ApiNotFoundResponse()
  disable(@Req() request: AnyRequest, @Param('id') id: string): Promise<UserAnswer> {
    return this.setDisabled(request, id, true);
  }

  /** Lets a disabled account sign in again. */
  @Post(':id/enable')
  @HttpCode(200)
  @ApiOkResponse({ type: UserAnswer })
  @ApiNotFoundResponse()
  enable(@Req() request: AnyRequest, @Param('id') id: string): Promise<UserAnswer> {
    return this.setDisabled(request, id, false);
  }

  /** Takes the place of the roles that the account has. */
  @Put(':id/roles')
  @ApiOkResponse({ type: UserAnswer })
  @ApiNotFoundResponse()
  async setRoles(@Req() request: AnyRequest, @Param('id') id: string, @Body() { roles }: RolesBody): Promise<UserAnswer> {
    const account = await this.server.administration.setRoles(id.toLowerCase(), roles, await this.admin(request));
    this.server.feed.hint();
    return userOf(account);
  }

  private async setDisabled(request: AnyRequest, id: string, disabled: boolean): Promise<UserAnswer> {
    const account = await this.server.administration.setDisabled(id.toLowerCase(), disabled, await this.admin(request));
    this.server.feed.hint();
    return userOf(account);
  }

  private async admin(request: AnyRequest): Promise<Actor> {
    const { subject } = await this.callers.requireRole(request, ADMIN_ROLE);
    return { subject, address: await this.addresses.of(request) };
  }
}

function userOf({ id, email, roles, disabled, createdAt }: Account): UserAnswer {
  return { id, email, roles: [...roles], disabled, createdAt: new Date(createdAt).toISOString() };
}
