import { type CliCommand, Given } from '@minos/postgres';

export const BROKER_ADMIT: CliCommand = {
  name: 'admit',
  summary: 'let the role of a service use the broker; again after each migration of the broker',
  options: { role: { type: 'string', value: 'name', help: 'the role that the service logs in with' } },
  run: async (context) => {
    const role = new Given(context.options).demandText('role', 'the role that the service logs in with');
    await context.database().query('select minos_broker.admit($1::name)', [role]);
    context.print(`The role "${role}" may use the broker.`);
    return 0;
  },
};
