import { status } from '../migrations/status.js';
import type { CliCommand } from './cli-command.js';

export const STATUS: CliCommand = {
  name: 'status',
  summary: 'list applied and pending migrations; exits with 1 when some are pending',
  run: async (context) => {
    const plan = await status(context.database(), context.sets());
    for (const one of plan.applied) context.print(`applied  ${one.package} ${one.id}  ${one.appliedAt.toISOString()}`);
    for (const one of plan.unknown)
      context.print(
        `unknown  ${one.package} ${one.id}  ${one.appliedAt.toISOString()}  (of a newer release, or of a package that is not installed here)`,
      );
    for (const one of plan.pending) context.print(`pending  ${one.package} ${one.id}`);
    context.print(
      plan.pending.length === 0
        ? 'The database is up to date.'
        : `${plan.pending.length} migrations are pending; "minos migrate" applies them.`,
    );
    return plan.pending.length === 0 ? 0 : 1;
  },
};
