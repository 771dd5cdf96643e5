/** How a part came, as in composed queries of @minos/cqrs: as it was answered, as the default that its composition names, or not at all. */
export type ComposedPartState = 'complete' | 'default' | 'omitted';

/** What a composed route answers, with 200. */
export interface ComposedBody {
  /** What the parts answered, by their names; one that was omitted is not there. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Whether every part is `complete`. */
  readonly complete: boolean;
  readonly parts: Readonly<Record<string, ComposedPartState>>;
  /** Why a part is its default or omitted: the code of its answer, `HTTP_404` where that has none, `COMPOSITION_PART_LATE` where its time was over, `FAULT` for anything else. */
  readonly reasons: Readonly<Record<string, string>>;
}

/** What one part was answered. */
export interface PartAnswer {
  readonly status: number;
  /** JSON as it was read; `undefined` where there was none. */
  readonly body: unknown;
}

/** What is asked for one part. */
export interface PartRequest {
  readonly part: string;
  /** Path and query of the gateway itself, such as `/orders/7?full=1`, encoded. */
  readonly target: string;
  /** How long it may take, in milliseconds. */
  readonly milliseconds: number;
  /** Aborts when its answer is not wanted any more: it is late, another part failed the whole, or the client left. */
  readonly signal: AbortSignal;
}

/**
 * Asks for one part as the client itself would ask, with GET: by the route table, on behalf of the same principal, with the access, limits and retries of the matched route. A composed route must not be asked for.
 * Rejects where there is no whole answer; a status is no rejection. Late answers are not used.
 */
export type FetchPart = (request: PartRequest) => Promise<PartAnswer>;

/** How a composed route ends. `failed`: a part that must not be missing answered so; `part` says which, and its answer is that of the whole. `late`: such a part did not answer in time, or not at all. */
export type ComposedOutcome =
  | { readonly kind: 'composed'; readonly body: ComposedBody }
  | { readonly kind: 'failed'; readonly part: string; readonly answer: PartAnswer }
  | { readonly kind: 'late'; readonly part: string; readonly error: unknown };
