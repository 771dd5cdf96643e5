import { Roles } from '@minos/auth';
import { ADMIN_ROLE, type AnyRequest, AuthServer, Callers, ClientAddresses } from '@minos/auth/server';
import { Body, Controller, Get, NotFoundException, Param, Put, Req, UseGuards, UseInterceptors } from '@nestjs/common';
import { ApiForbiddenResponse, ApiOkResponse, ApiTags, ApiUnauthorizedResponse } from '@nestjs/swagger';
import { RoleAnswer } from './answers.dto.js';
import { JsonBodyGuard } from './json-body.guard.js';
import { RetryAfterInterceptor } from './retry-after.interceptor.js';
import { PermissionsBody } from './users.dto.js';

const ROLE = /^[a-z][a-z0-9._:-]{0,62}$/;

@ApiTags('roles')
@ApiUnauthorizedResponse()
@ApiForbiddenResponse()
@UseGuards(JsonBodyGuard)
@UseInterceptors(RetryAfterInterceptor)
@Roles(ADMIN_ROLE)
@Controller('auth/roles')
export class RolesController {
  constructor(
    private readonly server: AuthServer,
    private readonly callers: Callers,
    private readonly addresses: ClientAddresses,
  ) {}

  /** What a role stands for; nothing where nobody has said. */
  @Get(':role')
  @ApiOkResponse({ type: RoleAnswer })
  async get(@Req() request: AnyRequest, @Param('role') role: string): Promise<RoleAnswer> {
    await this.callers.requireRole(request, ADMIN_ROLE);
    return { role: roleOf(role), permissions: [...(await this.server.administration.permissions(role))] };
  }

  /** Says what a role stands for; holds for tokens that are issued from now on. */
  @Put(':role')
  @ApiOkResponse({ type: RoleAnswer })
  async put(@Req() request: AnyRequest, @Param('role') role: string, @Body() { permissions }: PermissionsBody): Promise<RoleAnswer> {
    const { subject } = await this.callers.requireRole(request, ADMIN_ROLE);
    const actor = { subject, address: await this.addresses.of(request) };
    return { role, permissions: [...(await this.server.administration.setPermissions(roleOf(role), permissions, actor))] };
  }
}

function roleOf(role: string): string {
  if (!ROLE.test(role)) throw new NotFoundException('There is no such role: names are of small letters, digits and . _ : -');
  return role;
}
