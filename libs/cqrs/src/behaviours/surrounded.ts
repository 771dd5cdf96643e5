import type { Behaviour, HandledCall } from './behaviour.js';
import { BehaviourNextTwiceError } from '../errors/cqrs.errors.js';

type Work = () => unknown;

/** Runs the work inside the behaviours, the first outermost. */
export function surrounded(behaviours: readonly Behaviour[], call: HandledCall, work: Work): unknown {
  return behaviours.reduceRight<Work>((inner, behaviour) => () => behaviour.handle(call, once(inner, behaviour)), work)();
}

/** A second call would run the handler twice in one unit. */
function once(inner: Work, behaviour: Behaviour): () => Promise<unknown> {
  let called = false;
  return async () => {
    if (called) throw new BehaviourNextTwiceError(behaviour.constructor.name);
    called = true;
    return inner();
  };
}
