/** More than this is cut down to it: a proxy between gives up at last, and a service that ends wants to. */
const MOST_SECONDS = 30;

/** The seconds that a client prefers to wait (RFC 7240), at most 30; `undefined` where it does not, or it can not be understood. */
export function waitPreference(header: string | readonly string[] | undefined): number | undefined {
  const preferences = [header ?? []].flat().join(',').split(',');
  const waits = preferences.flatMap((one) => /^\s*wait\s*=\s*"?(\d{1,9})"?\s*$/i.exec(one)?.[1] ?? []);
  const seconds = Number(waits[0] ?? 0);
  return seconds > 0 ? Math.min(seconds, MOST_SECONDS) : undefined;
}
