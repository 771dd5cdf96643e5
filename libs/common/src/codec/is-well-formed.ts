/** `String.prototype.isWellFormed`, which Node 20 has and the ES2023 library of TypeScript does not declare: no half of a surrogate pair stands alone. */
export function isWellFormed(text: string): boolean {
  return (text as string & { isWellFormed(): boolean }).isWellFormed();
}
