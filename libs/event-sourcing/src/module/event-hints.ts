import { APPEND_EVENTS } from '../contracts/event-store.js';
import type { HintSource } from '../postgres/feed/commit-hints.js';

/** Tells of commits, with the kinds of the changes that were stored where they are known. */
export interface CommitSource {
  readonly connected?: boolean;
  onHint(listener: (kinds?: ReadonlySet<string>) => void): () => void;
}

/** Of those commits that may have stored events: a feed has no reason to look behind the others. */
export function eventHints(commits: CommitSource): HintSource {
  return {
    get connected() {
      return commits.connected === true;
    },
    onHint: (listener) => commits.onHint((kinds) => (kinds === undefined || kinds.has(APPEND_EVENTS) ? listener() : undefined)),
  };
}
