/** One field that does not fit: `path` as in `lines[0].quantity`, empty for the document itself. */
export interface ProblemField {
  readonly path: string;
  readonly message: string;
}

/** The body of every error, RFC 9457 (`application/problem+json`). It carries no stack, no SQL and no host. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** The stable code of the error, listed in `docs/errors.md`, or that of the rejection; where the error has none, that of its status, such as `HTTP_NOT_FOUND`. */
  readonly code: string;
  readonly errors?: readonly ProblemField[];
}

export const PROBLEM_CONTENT_TYPE = 'application/problem+json';
