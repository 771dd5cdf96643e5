import type { CliGroup } from '@minos/postgres';
import { AUTH_AUDIT } from './auth-audit.command.js';
import { AUTH_CREATE_ADMIN } from './auth-create-admin.command.js';
import { AUTH_DISABLE, AUTH_ENABLE } from './auth-disable.command.js';
import { AUTH_ROTATE_KEYS } from './auth-rotate-keys.command.js';
import { AUTH_SET_PASSWORD } from './auth-set-password.command.js';
import { AUTH_USERS } from './auth-users.command.js';

export const AUTH: CliGroup = {
  name: 'auth',
  summary: 'accounts and keys of the auth server',
  commands: [AUTH_CREATE_ADMIN, AUTH_USERS, AUTH_DISABLE, AUTH_ENABLE, AUTH_SET_PASSWORD, AUTH_ROTATE_KEYS, AUTH_AUDIT],
};
