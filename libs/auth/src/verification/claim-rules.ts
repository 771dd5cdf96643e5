import type { PublishedKey, TokenKind } from '../contracts/keys.js';
import type { IsoSeconds } from './iso-seconds.js';

/** What claims have to fit; durations in seconds. */
export interface ClaimRules {
  /** By kind, who must be meant. A kind without one is not taken. */
  readonly audiences: Readonly<Partial<Record<TokenKind, string>>>;
  /** How long a token of the kind may be good from `iat` to `exp`. */
  readonly longestLife: Readonly<Record<TokenKind, number>>;
  /** How far clocks may differ, for `nbf` and `iat`. */
  readonly tolerance: number;
  /** How much later than `exp` a token is still taken. */
  readonly expiryTolerance: number;
}

/** What a token is held against: its key, the rules, and the time in seconds since the epoch. */
export interface ClaimCheck {
  readonly key: PublishedKey;
  readonly rules: ClaimRules;
  readonly now: number;
  readonly iso: IsoSeconds;
}
