const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
const LONGEST = 200;

/** `['lines', 0, 'odd key']` as `lines[0]["odd key"]`. Cut in the middle when it gets long. */
export function formatPath(segments: readonly PropertyKey[]): string {
  let path = '';
  for (const segment of segments) {
    if (typeof segment === 'number') path += `[${segment}]`;
    else if (IDENTIFIER.test(String(segment))) path += path === '' ? String(segment) : `.${String(segment)}`;
    else path += `[${JSON.stringify(String(segment))}]`;
  }
  return path.length <= LONGEST ? path : `${path.slice(0, LONGEST / 2)}…${path.slice(-LONGEST / 2)}`;
}
