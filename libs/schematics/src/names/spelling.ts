/** `PlaceOrder`, `placeOrder`, `place_order` as `place-order`. */
export function kebabOf(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .replace(/[\s_]+/g, '-')
    .toLowerCase();
}

/** `place-order` as `PlaceOrder`. */
export function pascalOf(kebab: string): string {
  return kebab
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/** `place-order` as `placeOrder`. */
export function camelOf(kebab: string): string {
  const pascal = pascalOf(kebab);
  return pascal.charAt(0).toLowerCase() + pascal.slice(1);
}
