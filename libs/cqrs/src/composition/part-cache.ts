import { type Clock, currentContext, type Duration, encodeMessage, isMinosError, messageMetadataOf } from '@minos/common';

export interface PartCacheOptions {
  /** How long an answer is given again. */
  readonly for: Duration;
  /** Answers that are kept at the most; the one that was used longest ago goes first. @default 1,000 */
  readonly entries?: number;
  /**
   * Who shares an answer. `'principal'`: nobody, it is kept by tenant, principal and roles. `'tenant'`: everybody of the tenant; `'everyone'`: everybody. Share only
   * what is the same for all of them.
   * @default 'principal'
   */
  readonly scope?: CacheScope;
}

export type CacheScope = 'principal' | 'tenant' | 'everyone';

export interface PartCacheSettings {
  readonly for: number;
  readonly entries: number;
  readonly scope: CacheScope;
}

interface Entry {
  readonly answer: unknown;
  /** On the monotonic clock. */
  readonly until: number;
  readonly askedAt: number;
}

/** Answers of one part, copied in and out, so that nobody changes what another one gets. */
export class PartCache {
  /** The one that was used longest ago first. */
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly settings: PartCacheSettings,
    private readonly clock: Clock,
  ) {}

  get size(): number {
    return this.entries.size;
  }

  /**
   * Of the query in the surrounding context; `undefined` where nothing may be kept: it holds what is no JSON, so that two queries might look
   * alike, or it is for each principal and there is none.
   */
  keyOf(query: object): string | undefined {
    const type = messageMetadataOf(query.constructor)?.name ?? query.constructor.name;
    const scope = this.scope();
    if (scope === undefined) return undefined;
    try {
      return JSON.stringify([scope, type, encodeMessage(query)]);
    } catch (error) {
      if (isMinosError(error, 'PAYLOAD_REFUSED')) return undefined;
      throw error;
    }
  }

  get(key: string): { readonly answer: unknown } | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    this.entries.delete(key);
    if (entry.until <= this.clock.monotonic()) return undefined;
    this.entries.set(key, entry);
    return { answer: structuredClone(entry.answer) };
  }

  /** What cannot be copied is not kept, nor what was asked for earlier than what is there: it may be older. */
  put(key: string, answer: unknown, askedAt = this.clock.monotonic()): void {
    const copy = copyOf(answer);
    if ((this.entries.get(key)?.askedAt ?? -Infinity) > askedAt) return;
    this.entries.delete(key);
    if (copy === undefined) return;
    this.entries.set(key, { answer: copy.answer, until: this.clock.monotonic() + this.settings.for, askedAt });
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= this.settings.entries) return;
      this.entries.delete(oldest);
    }
  }

  private scope(): unknown {
    const { scope } = this.settings;
    if (scope === 'everyone') return [];
    const { tenant, principal } = currentContext();
    if (scope === 'tenant') return [tenant];
    return principal === undefined
      ? undefined
      : [tenant, [principal.tenant, principal.issuer, principal.subject, [...principal.roles].sort()]];
  }
}

function copyOf(answer: unknown): { readonly answer: unknown } | undefined {
  try {
    return { answer: structuredClone(answer) };
  } catch {
    return undefined;
  }
}
