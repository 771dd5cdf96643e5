import type { AuthStorage } from './contracts/storage.js';

const BATCH = 1_000;
/** Sessions stay for a while when they are over, so that an old refresh token is known as what it is. */
const KEEP_SESSIONS_MS = 86_400_000;

export interface PurgeLimits {
  readonly revocations: number;
  readonly audit: number;
  readonly messageKeys: number;
}

/** Deletes what says nothing any more, in small statements. Any number of processes may do it. */
export async function purgeStorage(storage: AuthStorage, keep: PurgeLimits): Promise<void> {
  await whole(() => storage.sessions.purge(KEEP_SESSIONS_MS, BATCH));
  await whole(() => storage.audit.purge(keep.audit, BATCH));
  await storage.throttle.purge();
  await storage.revocations.purge(keep.revocations);
  await storage.keys.purge();
  await storage.messageKeys.purge(keep.messageKeys);
}

async function whole(part: () => Promise<number>): Promise<void> {
  while ((await part()) >= BATCH);
}
