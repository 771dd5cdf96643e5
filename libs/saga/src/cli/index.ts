import type { CliCommandSet } from '@minos/postgres';
import { SAGA } from './saga.group.js';
import { SAGAS } from './sagas.group.js';

/** What sagas add to `minos`. */
export const COMMANDS: CliCommandSet = { package: '@minos/saga', commands: [SAGAS, SAGA] };
