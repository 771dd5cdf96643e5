import { NameClashError, NameInvalidError } from './names.errors.js';

/** What carries durable names. Commands, queries and events share one space of names, every other kind has its own. */
export type NameKind = 'command' | 'query' | 'event' | 'aggregate' | 'projection' | 'saga' | 'consumer' | 'cron';

/** One durable name and the class that claims it. */
export interface NameClaim {
  readonly kind: NameKind;
  readonly name: string;
  /** Set where several classes may share the name in several versions (events). */
  readonly version?: number;
  readonly target: { readonly name: string };
}

/** The contents of `minos.names.json`: names per kind, for events with the versions that can be read. */
export interface RecordedNames {
  readonly commands: readonly string[];
  readonly queries: readonly string[];
  readonly events: Readonly<Record<string, readonly number[]>>;
  readonly aggregates: readonly string[];
  readonly projections: readonly string[];
  readonly sagas: readonly string[];
  readonly consumers: readonly string[];
  readonly crons: readonly string[];
}

const NAME = /^[A-Za-z][\w-]*(\.[\w-]+)*$/;
const LONGEST_NAME = 200;

/** The durable names of one application. Claiming a name twice for one class does nothing; for two classes it is a boot error. */
export class DurableNames {
  private readonly claims = new Map<string, NameClaim>();
  private readonly readable = new Map<string, Set<number>>();

  claim(claim: NameClaim): void {
    checkName(claim);
    const { kind, name, version, target } = claim;
    const slot = `${spaceOf(kind)} ${name} ${kind === 'event' ? (version ?? 1) : ''}`;
    const first = this.claims.get(slot);
    if (first !== undefined && first.target !== target)
      throw new NameClashError(describe(claim), describeClass(first), describeClass(claim));
    this.refuseOtherKind(claim);
    this.claims.set(slot, claim);
    if (kind === 'event') this.keepReadable(name, version ?? 1);
  }

  /** Says that this version of an event can still be read, though no class has it: an upcaster takes it. */
  keepReadable(event: string, version: number): void {
    const versions = this.readable.get(event) ?? new Set();
    this.readable.set(event, versions.add(version));
  }

  /** Sorted, so that the file changes only where names do. */
  recorded(): RecordedNames {
    const namesOf = (kind: NameKind): string[] =>
      sorted([...this.claims.values()].filter((claim) => claim.kind === kind).map(({ name }) => name));
    const events = sorted([...this.readable.keys()]).map(
      (name) => [name, [...(this.readable.get(name) ?? [])].sort((a, b) => a - b)] as const,
    );
    return {
      commands: namesOf('command'),
      queries: namesOf('query'),
      events: Object.fromEntries(events),
      aggregates: namesOf('aggregate'),
      projections: namesOf('projection'),
      sagas: namesOf('saga'),
      consumers: namesOf('consumer'),
      crons: namesOf('cron'),
    };
  }

  /** `order.placed` may not be an event and a command: on a wire the name alone tells what a message is. */
  private refuseOtherKind(claim: NameClaim): void {
    for (const other of this.claims.values()) {
      if (other.name !== claim.name || other.kind === claim.kind || spaceOf(other.kind) !== spaceOf(claim.kind)) continue;
      throw new NameClashError(`The message name "${claim.name}"`, describeClass(other), describeClass(claim));
    }
  }
}

function spaceOf(kind: NameKind): string {
  return kind === 'command' || kind === 'query' || kind === 'event' ? 'message' : kind;
}

function checkName({ kind, name, version, target }: NameClaim): void {
  if (typeof name !== 'string' || !NAME.test(name)) throw new NameInvalidError(kind, name, target.name, 'is not a durable name');
  if (name.length > LONGEST_NAME) throw new NameInvalidError(kind, name, target.name, `has ${name.length} characters`);
  if (version !== undefined && !(Number.isSafeInteger(version) && version >= 1)) {
    throw new NameInvalidError(kind, name, target.name, `has the version ${String(version)}, which is not a whole number from 1`);
  }
}

function describe({ kind, name, version }: NameClaim): string {
  return `The ${kind} name "${name}"${kind === 'event' ? ` in version ${version ?? 1}` : ''}`;
}

function describeClass({ kind, target }: NameClaim): string {
  return `${target.name} (${kind})`;
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
