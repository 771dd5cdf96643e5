import type { IssuedToken, Revocation, RevocationCheck } from '../contracts/revocations.js';

export interface RevocationListOptions {
  /** Seconds after which no token that was issued before can be good any more. */
  readonly longestLife: number;
  /** Subjects that are kept apart at the most. */
  readonly size: number;
  /** Seconds since the epoch. */
  readonly now: () => number;
}

interface Entry {
  /** Of all tokens of the subject; -1 for none. */
  all: number;
  readonly sessions: Map<string, number>;
  latest: number;
}

/**
 * What was taken back, as long as it can matter. Bounded: an entry is forgotten once every token that it meets is over by itself. Where there are more than can be kept apart,
 * the oldest become one moment for everybody, so that tokens which were taken back stay so and others of that age have to be renewed a little early.
 */
export class RevocationList implements RevocationCheck {
  /** In the order in which they were last changed. */
  private readonly subjects = new Map<string, Entry>();
  private floor = -1;

  constructor(private readonly options: RevocationListOptions) {}

  get size(): number {
    return this.subjects.size;
  }

  isRevoked({ subject, session, issuedAt }: IssuedToken): boolean {
    if (issuedAt <= this.floor) return true;
    const entry = this.subjects.get(subject);
    if (entry === undefined) return false;
    return issuedAt <= entry.all || (session !== undefined && issuedAt <= (entry.sessions.get(session) ?? -1));
  }

  add({ subject, session, notBefore }: Revocation): void {
    this.forget();
    const entry = this.subjects.get(subject) ?? { all: -1, sessions: new Map<string, number>(), latest: -1 };
    if (session === undefined) entry.all = Math.max(entry.all, notBefore);
    else entry.sessions.set(session, Math.max(entry.sessions.get(session) ?? -1, notBefore));
    entry.latest = Math.max(entry.latest, notBefore);
    this.subjects.delete(subject);
    this.subjects.set(subject, this.bounded(entry));
    while (this.subjects.size > this.options.size) this.merge();
  }

  /** Drops what cannot matter any more, from the oldest on. */
  forget(): void {
    const over = this.options.now() - this.options.longestLife;
    for (const [subject, { latest }] of this.subjects) {
      if (latest >= over) return;
      this.subjects.delete(subject);
    }
  }

  /** One subject with logins without number counts as a whole. */
  private bounded(entry: Entry): Entry {
    if (entry.sessions.size <= MOST_SESSIONS) return entry;
    entry.all = Math.max(entry.all, entry.latest);
    entry.sessions.clear();
    return entry;
  }

  private merge(): void {
    for (const [subject, { latest }] of this.subjects) {
      this.floor = Math.max(this.floor, latest);
      this.subjects.delete(subject);
      return;
    }
  }
}

const MOST_SESSIONS = 100;
