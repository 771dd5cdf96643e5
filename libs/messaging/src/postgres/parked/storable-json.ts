/** JSON whose texts PostgreSQL can hold: NUL and lone surrogates become the replacement character, `bigint` becomes text. */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => {
    if (typeof one === 'bigint') return String(one);
    return typeof one === 'string' ? storableText(one) : one;
  });
}

/** Writing as UTF-8 replaces lone surrogates. */
export function storableText(text: string): string {
  return Buffer.from(text.replaceAll('\u0000', '\ufffd'), 'utf8').toString('utf8');
}
