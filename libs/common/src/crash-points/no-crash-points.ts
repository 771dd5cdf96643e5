import type { CrashPoints } from '../contracts/crash-points.js';

/** The production seam: nothing happens, nothing is allocated. */
export const NO_CRASH_POINTS: CrashPoints = Object.freeze({ reach: () => undefined });
