/** What may be put into a target. Lists are joined by commas. */
export type TargetValue = string | number | boolean | bigint | readonly (string | number | bigint)[];

/**
 * A path with its query whose values are encoded, so that none of them leads to another path: `` target`/products?skus=${skus}` ``. Throws a `TypeError` for a value that would be an empty segment, `.` or `..`.
 */
export function target(texts: TemplateStringsArray, ...values: readonly TargetValue[]): string {
  return texts.map((text, at) => text + (at < values.length ? encoded(values[at] as TargetValue, texts, at) : '')).join('');
}

function encoded(value: TargetValue, texts: TemplateStringsArray, at: number): string {
  const items = typeof value === 'object' ? value : [value];
  const inPath = !texts.slice(0, at + 1).some((text) => text.includes('?'));
  const text = items.map(String).join(',');
  if (inPath && (text === '' || text === '.' || text === '..'))
    throw new TypeError(`${JSON.stringify(text)} cannot stand in the path ${texts.join('…')}.`);
  return items.map((item) => encodeURIComponent(String(item))).join(',');
}
