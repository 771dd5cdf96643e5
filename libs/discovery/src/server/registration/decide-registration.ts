import type { RegisterOutcome, RegisterRequest, StoredState } from '../../contracts/index.js';

/** An instance under the id that asks to register, as it is stored. */
export interface KnownInstance {
  readonly service: string;
  readonly epoch: number;
  readonly address: string;
  readonly state: StoredState;
  /** As {@link factsText} wrote them. */
  readonly facts: string;
}

export type RegistrationDecision =
  | { readonly refused: Extract<RegisterOutcome, { kind: 'instance-taken' | 'stale-epoch' }> }
  /** `visible`: watchers see a change. */
  | { readonly state: StoredState; readonly visible: boolean };

const VISIBLE: ReadonlySet<StoredState> = new Set<StoredState>(['up', 'suspect', 'draining']);

/** Whether watchers see an instance in this state. */
export function isVisible(state: StoredState): boolean {
  return VISIBLE.has(state);
}

/** What becomes of a registration, by what is known under its id. */
export function decideRegistration(known: KnownInstance | undefined, asked: RegisterRequest): RegistrationDecision {
  if (known === undefined) return { state: 'new', visible: false };
  if (known.service !== asked.service) return { refused: { kind: 'instance-taken', owner: known.service } };
  if (asked.epoch < known.epoch) return { refused: { kind: 'stale-epoch', epoch: known.epoch } };
  // At another address another process may answer: it is probed before anybody is sent there.
  const state = known.state === 'left' || known.address !== asked.address ? 'new' : known.state;
  const changed = state !== known.state || known.facts !== factsText(asked);
  return { state, visible: isVisible(known.state) && changed };
}

/** The facts as they are stored and compared. */
export function factsText({ version, metadata, endpoints }: Pick<RegisterRequest, 'version' | 'metadata' | 'endpoints'>): string {
  return JSON.stringify({ version, metadata, endpoints });
}
