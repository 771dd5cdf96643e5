import type { Projections } from '@minos/cqrs';

const LOOK_MS = 5;

/** Resolves when everything is in the views; rejects with what a projection failed at. */
export async function caughtUp(projections: Projections): Promise<void> {
  for (;;) {
    const [status] = await projections.statuses();
    if (status?.state === 'failed') throw status.error;
    if (status?.state === 'idle' && status.lagEvents === 0) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
