import { createHash } from 'node:crypto';

/** Bytes of a hash, and what stands where a tree has no leaf: nothing hashes to it. */
const SIZE = 32;
const EMPTY = Buffer.alloc(SIZE);
const [LEAF, NODE] = [Buffer.from([0]), Buffer.from([1])];

/** The hash of a statement that stands in a tree. It can never be taken for a node. */
export function leafOf(text: string, body: Uint8Array): Buffer {
  return createHash('sha256').update(LEAF).update(text).update(body).digest();
}

/** Where a leaf stands, and the hashes beside its way to the root, from the leaf on. */
export interface TreeProof {
  readonly index: number;
  readonly beside: readonly Buffer[];
}

/** The root over these leaves, and the proof of each. */
export function treeOf(leaves: readonly Buffer[]): { readonly root: Buffer; readonly proofs: readonly TreeProof[] } {
  const beside = leaves.map((): Buffer[] => []);
  let level = leaves;
  for (let height = 0; level.length > 1; height++) {
    const above: Buffer[] = [];
    for (let at = 0; at < level.length; at += 2) above.push(nodeOf(level[at] ?? EMPTY, level[at + 1] ?? EMPTY));
    for (const [index, list] of beside.entries()) list.push(level[(index >> height) ^ 1] ?? EMPTY);
    level = above;
  }
  return { root: level[0] ?? EMPTY, proofs: beside.map((list, index) => ({ index, beside: list })) };
}

/** The root that a leaf leads to; `undefined` where the place is none of a tree of this height. */
export function rootOf(leaf: Buffer, { index, beside }: TreeProof): Buffer | undefined {
  if (index < 0 || index >= 2 ** beside.length) return undefined;
  return beside.reduce((hash, other, height) => ((index >> height) & 1 ? nodeOf(other, hash) : nodeOf(hash, other)), leaf);
}

function nodeOf(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256').update(NODE).update(left).update(right).digest();
}
