const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/**
 * The 32-bit hash of a key by which work on keys is divided among partitions, as a signed integer: FNV-1a over the UTF-8 bytes (Fowler, Noll, Vo), so that
 * every language and every release of a database computes the same.
 */
export function keyHash(key: string): number {
  let hash = OFFSET_BASIS;
  for (let index = 0; index < key.length; index++) {
    const code = key.charCodeAt(index);
    if (code > 0x7f) return hashBytes(Buffer.from(key, 'utf8'));
    hash = Math.imul(hash ^ code, PRIME);
  }
  return hash | 0;
}

function hashBytes(bytes: Uint8Array): number {
  let hash = OFFSET_BASIS;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, PRIME);
  return hash | 0;
}
