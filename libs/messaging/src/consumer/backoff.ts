/** Pause before try number `failures` + 1 in milliseconds: doubling, capped, and between half and all of it, so that many do not beat in step. */
export function backoff(failures: number, first: number, longest: number): number {
  const full = Math.min(longest, first * 2 ** Math.min(failures - 1, 30));
  return full * (0.5 + Math.random() / 2);
}
