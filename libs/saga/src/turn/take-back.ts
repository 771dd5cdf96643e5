import type { Draft } from './draft.js';
import { giveUp } from './give-up.js';

const TAKEN_BACK = 'the saga of which it is a step takes it back';

/** A step of another saga is taken back whether it runs or has completed, and says so once it is; one that is past its pivot says that it cannot be. */
export function takeBack(draft: Draft, request: string): void {
  const { parent, phase } = draft;
  if (parent === undefined) return;
  if (draft.isForward) {
    const message = `The saga ${draft.before.name} is past its pivot`;
    return draft.tellParent({ rejection: { code: 'saga.past-pivot', message } }, request);
  }
  draft.parent = { ...parent, undo: request };
  if (phase === 'compensated') return draft.tellParent({ result: draft.state }, request);
  if (phase === 'compensating') return;
  giveUp(draft);
  draft.phase = 'compensating';
  draft.note('compensating', undefined, { reason: TAKEN_BACK });
}
