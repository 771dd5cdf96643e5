/**
 * Arrays in PostgreSQL's text form, made without a call per element: the driver's own way tests and escapes each. `null` stands for SQL null.
 * See "Array Input and Output Syntax" in the PostgreSQL manual.
 */

/** For numbers, and for texts that need no quotes, such as UUIDs. */
export function plainArray(values: readonly (number | string | null)[]): string {
  return `{${values.map((value) => value ?? 'null').join()}}`;
}

const SPECIAL = /["\\]/;

/** For any text. */
export function textArray(values: readonly string[]): string {
  if (values.length === 0) return '{}';
  const joined = values.join('');
  return SPECIAL.test(joined) ? `{${values.map(quote).join()}}` : `{"${values.join('","')}"}`;
}

function quote(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}
