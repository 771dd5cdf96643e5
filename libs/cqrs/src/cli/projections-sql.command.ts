import { type CliCommand, type CliContext, CliUsageError, Given } from '@minos/postgres';
import { projectionsIn } from './projections-in.js';
import { viewTables } from '../projection/projection-definition.js';
import { createTable, grantSchema, grantTable } from '../postgres/view.sql.js';

const ROLE = /^[A-Za-z_][A-Za-z0-9_$-]{0,62}$/;

export const PROJECTIONS_SQL: CliCommand = {
  name: 'sql',
  summary: 'print, or run, the statements that make the tables of views, for services whose role may not',
  options: {
    from: {
      type: 'string',
      value: 'file',
      multiple: true,
      help: 'a compiled file that exports classes with @Projection; may be given several times',
    },
    grant: { type: 'string', value: 'role', multiple: true, help: 'a role that may read and write the tables; the service runs as one' },
    apply: { type: 'boolean', help: 'run the statements in one transaction instead of printing them' },
  },
  run: async (context) => {
    const given = new Given(context.options);
    const statements = statementsOf(context, given);
    if (!given.flag('apply')) {
      statements.forEach((statement) => context.print(`${statement.trim()};`));
      return 0;
    }
    await context.database().transaction(async (sql) => {
      for (const statement of statements) await sql.query(statement);
    });
    context.print(`Ran ${statements.length} statements.`);
    return 0;
  },
};

function statementsOf({ folder }: CliContext, given: Given): string[] {
  const files = given.list('from');
  if (files.length === 0)
    throw new CliUsageError('--from is missing: give the compiled files of the projections, such as dist/order-list.projection.js.');
  const roles = given.list('grant');
  const wrong = roles.find((role) => !ROLE.test(role));
  if (wrong !== undefined) throw new CliUsageError(`--grant is ${JSON.stringify(wrong)}: give the name of a role.`);
  const tables = projectionsIn(folder, files).flatMap(viewTables);
  if (tables.length === 0) throw new CliUsageError(`The files export no class with @Projection that names views: ${files.join(', ')}.`);
  return [
    ...roles.map(grantSchema),
    ...tables.flatMap((table) => [...createTable(table), ...roles.map((role) => grantTable(table.name, role))]),
  ];
}
