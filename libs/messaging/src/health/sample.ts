import type { MessagingHealthSettings } from './messaging-watch.options.js';

/** What was last known of something that has to be asked. */
export interface Sample<P> {
  /** On the monotonic clock: when {@link Sample.progress} was had, or was first asked for in vain. */
  readonly at: number;
  readonly progress?: P;
  /** Why the last question was not answered, until one is. */
  readonly error?: unknown;
}

/** Whether what is known is too old to say anything, or nothing is known; and whether that has lasted so long that it is a fault. */
export function silenceOf(
  { at, progress }: Sample<unknown>,
  { now, settings }: { readonly now: number; readonly settings: MessagingHealthSettings },
): { readonly isSilent: boolean; readonly isHeld: boolean } {
  const { every, answer, stallAfter } = settings;
  const unknownMs = now - at;
  return {
    isSilent: progress === undefined || unknownMs >= Math.max(stallAfter, 2 * (every + answer)),
    isHeld: unknownMs >= stallAfter,
  };
}
