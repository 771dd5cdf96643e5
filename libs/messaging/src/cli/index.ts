import type { CliCommandSet } from '@minos/postgres';
import { BROKER } from './broker.group.js';
import { OUTBOX } from './outbox.group.js';
import { PARKED } from './parked.group.js';

/** What messaging adds to `minos`. */
export const COMMANDS: CliCommandSet = { package: '@minos/messaging', commands: [PARKED, OUTBOX, BROKER] };
