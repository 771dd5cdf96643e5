/** All tokens of a subject, or of one login of it, that were issued up to a moment were taken back. */
export interface Revocation {
  readonly subject: string;
  /** Only those of this login. @default all of the subject */
  readonly session?: string;
  /** In seconds since the epoch, that second included. */
  readonly notBefore: number;
}

/** What a token says about itself that a revocation can meet. */
export interface IssuedToken {
  readonly subject: string;
  readonly session: string | undefined;
  /** In seconds since the epoch. */
  readonly issuedAt: number;
}

/** What was taken back. Answers at once and without I/O. */
export interface RevocationCheck {
  isRevoked(token: IssuedToken): boolean;
}
