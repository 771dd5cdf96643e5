import { type CliCommand, counted, Given, JSON_OPTION, toJson } from '@minos/postgres';
import { PostgresOutboxStore } from '../postgres/outbox/postgres-outbox-store.js';

export const OUTBOX_STATUS: CliCommand = {
  name: 'status',
  summary: 'say how many messages wait to leave, and for how long; exits with 1 where keys are refused',
  options: JSON_OPTION,
  run: async (context) => {
    const progress = await new PostgresOutboxStore(context.database()).progress();
    const { unsent, oldestSeconds, refusedKeys } = progress;
    if (new Given(context.options).flag('json')) context.print(toJson(progress));
    else {
      const oldest = unsent === 0 ? '' : `, the oldest for ${oldestSeconds.toFixed(1)} s`;
      const refused = refusedKeys === 0 ? '' : ` "minos outbox refused" lists the ${counted(refusedKeys, 'refused key')}.`;
      context.print(`${counted(unsent, 'message')} wait to leave${oldest}.${refused}`.replace(/^1 message wait/, '1 message waits'));
    }
    return refusedKeys === 0 ? 0 : 1;
  },
};
