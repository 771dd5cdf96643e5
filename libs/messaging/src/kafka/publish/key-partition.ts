const SEED = 0x9747b28c;
const M = 0x5bd1e995;
const R = 24;

/** The partition of a key, as every Kafka client chooses it by default: Murmur2 of the UTF-8 bytes, so that others publish beside us in order. */
export function partitionOfKey(key: string, partitions: number): number {
  return (murmur2(Buffer.from(key, 'utf8')) & 0x7fffffff) % partitions;
}

/** Murmur2 with the seed of Apache Kafka, 32 bits, signed (Austin Appleby; public domain). */
export function murmur2(bytes: Uint8Array): number {
  const { length } = bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  const whole = length & ~3;
  let hash = SEED ^ length;
  for (let at = 0; at < whole; at += 4) {
    let word = Math.imul(view.getInt32(at, true), M);
    word = Math.imul(word ^ (word >>> R), M);
    hash = Math.imul(hash, M) ^ word;
  }
  if (length > whole) {
    let rest = 0;
    for (let at = length - 1; at >= whole; at--) rest = (rest << 8) | view.getUint8(at);
    hash = Math.imul(hash ^ rest, M);
  }
  hash = Math.imul(hash ^ (hash >>> 13), M);
  return hash ^ (hash >>> 15);
}
