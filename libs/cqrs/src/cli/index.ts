import type { CliCommandSet } from '@minos/postgres';
import { PROJECTIONS } from './projections.group.js';

/** What cqrs adds to `minos`. */
export const COMMANDS: CliCommandSet = { package: '@minos/cqrs', commands: [PROJECTIONS] };
