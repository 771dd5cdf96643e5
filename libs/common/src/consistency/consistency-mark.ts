/** A place in one stream of one service: what an answer must at least have seen. */
export interface ConsistencyMark {
  readonly service: string;
  readonly stream: string;
  readonly version: number;
}

export const CONSISTENCY_HEADER = 'Minos-Consistency';
