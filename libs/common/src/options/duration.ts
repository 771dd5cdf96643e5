/** Milliseconds, or a number with its unit: `'500ms'`, `'30s'`, `'5m'`, `'2h'`, `'1d'`. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The milliseconds of a duration, or `undefined` where `value` is none: it must be finite and not negative. */
export function durationOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : undefined;
  const match = typeof value === 'string' ? DURATION.exec(value) : null;
  if (match === null) return undefined;
  const milliseconds = Number(match[1]) * (UNITS[match[2] ?? ''] ?? NaN);
  return Number.isFinite(milliseconds) ? milliseconds : undefined;
}

/** The milliseconds of a duration; throws a `RangeError` where it is none. Options use the field `option.duration()` instead. */
export function parseDuration(duration: Duration): number {
  const milliseconds = durationOf(duration);
  if (milliseconds === undefined)
    throw new RangeError(`${JSON.stringify(duration)} is no duration; write milliseconds or, for example, '30s'.`);
  return milliseconds;
}
