import type { Query } from '@minos/common';

/** How a part came: as its query answers now, as it answered a while ago, as the default that its composition names, or not at all. */
export type PartState = 'complete' | 'cached' | 'default' | 'omitted';

/** What a composed query answers. `P` are its parts; those that may be left out are optional in it. */
export interface Composed<P extends object> {
  /** What the parts answered, by their names; a part that was omitted is not there. */
  readonly data: P;
  /** Whether every part is `complete` or `cached`. */
  readonly complete: boolean;
  /** How each part came. */
  readonly parts: { readonly [N in keyof P]-?: PartState };
  /** Why a part is its default or was omitted: the code of the error, `COMPOSITION_PART_LATE` where its time was over, `FAULT` where the error has none. */
  readonly reasons: { readonly [N in keyof P]?: string };
}

/** The parts of a composed query. */
export type PartsOf<Q> = Q extends Query<Composed<infer P>> ? P : never;
