/** No control characters and no half of a pair, and nothing that a URL takes for a folder. */
export const SKU = /^(?!\.{1,2}$)\P{C}{1,100}$/u;

/** Whether the text can name a product. */
export function isSku(text: unknown): text is string {
  return typeof text === 'string' && SKU.test(text);
}
