import { MemoryCommitter, UnitOfWorkEngine, uuidv7 } from '@minos/common';
import { VirtualClock } from '@minos/common/testing';
import { inboxStoreContract } from '../testing/inbox-store.contract.js';
import { suspectStoreContract } from '../testing/suspect-store.contract.js';
import { MemoryInboxStore } from './memory-inbox-store.js';
import { MemorySuspectStore } from './memory-suspect-store.js';

const open = async () => {
  const clock = new VirtualClock();
  const inbox = new MemoryInboxStore(clock);
  const suspects = new MemorySuspectStore(inbox);
  const committer = new MemoryCommitter([...inbox.writers, suspects.writer]);
  const unitOfWork = new UnitOfWorkEngine({ committer, clock, newId: uuidv7 });
  return { inbox, suspects, unitOfWork, age: (milliseconds: number) => clock.advance(milliseconds) };
};

inboxStoreContract(open);
suspectStoreContract(open);
