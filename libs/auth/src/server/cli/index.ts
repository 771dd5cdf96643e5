import type { CliCommandSet } from '@minos/postgres';
import { AUTH } from './auth.group.js';

/** What the auth server adds to `minos`. */
export const COMMANDS: CliCommandSet = { package: '@minos/auth', commands: [AUTH] };
