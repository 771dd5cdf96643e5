import { status } from '../migrations/status.js';
import type { CliCommand } from './cli-command.js';

export const STATUS: CliCommand = {
  name: 'status',
  summary: 'list applied and pending migrations; exits with 1 when some are pending',
  run: async ({ database, sets, print }) => {
    const plan = await status(database(), sets());
    for (const one of plan.applied) print(`applied  ${one.package} ${one.id}  ${one.appliedAt.toISOString()}`);
    for (const one of plan.unknown) print(`unknown  ${one.package} ${one.id}  ${one.appliedAt.toISOString()}  (of a newer release, or of a package that is not installed here)`);
    for (const one of plan.pending) print(`pending  ${one.package} ${one.id}`);
    print(plan.pending.length === 0 ? 'The database is up to date.' : `${plan.pending.length} migrations are pending; "minos migrate" applies them.`);
    return plan.pending.length === 0 ? 0 : 1;
  },
};
