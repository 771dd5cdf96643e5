import type { CommitHintSource } from '@minos/postgres';
import { APPEND_EVENTS } from '../contracts/event-store.js';
import type { HintSource } from '../postgres/feed/commit-hints.js';

/** Of those commits that may have stored events: a feed has no reason to look behind the others. */
export function eventHints(commits: CommitHintSource): HintSource {
  return {
    get connected() {
      return commits.connected;
    },
    onHint: (listener) => commits.onHint((kinds) => (kinds === undefined || kinds.has(APPEND_EVENTS) ? listener() : undefined)),
  };
}
