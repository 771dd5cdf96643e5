import { SystemClock, UnitOfWorkEngine, uuidv7 } from '@minos/common';
import { ChangeWriterRegistry, type CliContext, type CliOption, CliUsageError, type Given, GroupCommitter } from '@minos/postgres';
import type { MailSaga } from '../contracts/saga-store.js';
import { SagaOperations, type SagaRef } from '../operations/saga-operations.js';
import { PostgresSagaStore } from '../postgres/postgres-saga-store.js';
import { SagaWriter } from '../postgres/saga.writer.js';

export const REF_OPTIONS: Readonly<Record<string, CliOption>> = {
  id: { type: 'string', value: 'uuid', help: 'the instance with this id' },
  saga: { type: 'string', value: 'name', help: 'the instance of this saga' },
  key: { type: 'string', value: 'key', help: 'with this business key' },
  tenant: { type: 'string', value: 'tenant', help: 'and of this tenant (none)' },
};

/** What is asked here is mail; a process of the service does it. */
export function sagaOperationsOf(context: CliContext): SagaOperations {
  return new SagaOperations({ store: new PostgresSagaStore(context.database()), ask: (mail) => sendMail(context, mail) });
}

async function sendMail(context: CliContext, mail: MailSaga): Promise<void> {
  const clock = new SystemClock();
  const committer = new GroupCommitter({ database: context.database(), writers: new ChangeWriterRegistry([new SagaWriter()]), clock });
  try {
    await new UnitOfWorkEngine({ committer, clock, newId: uuidv7 }).run((unit) => void unit.enlist(mail));
  } finally {
    await committer.close();
  }
}

export function refOf(given: Given): SagaRef {
  const [id, saga, key, tenant] = ['id', 'saga', 'key', 'tenant'].map((name) => given.text(name));
  if (id !== undefined) {
    if (saga === undefined && key === undefined) return id;
    throw new CliUsageError('--id names one instance: leave --saga and --key out.');
  }
  if (saga === undefined || key === undefined)
    throw new CliUsageError('Say which saga: --id, or --saga and --key. "minos sagas list" shows them.');
  return { saga, key, ...(tenant === undefined ? {} : { tenant }) };
}
