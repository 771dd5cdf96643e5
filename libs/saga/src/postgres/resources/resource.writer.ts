import { keyHash } from '@minos/common';
import {
  type ChangeWriter,
  plainArray,
  type PlacedChange,
  type Refusal,
  textArray,
  type Verdict,
  type WriteCall,
  type WritePlan,
} from '@minos/postgres';
import {
  CANCEL_RESOURCE,
  CONFIRM_RESOURCE,
  type ConfirmResource,
  RESERVE_RESOURCE,
  type ReserveResource,
  type ResourceChange,
} from '../../contracts/resource-store.js';
import { holderLockKey, resourceLockKey } from '../../resources/resource-key.js';
import { resourceLost } from '../../resources/resource-rejections.js';

type Placed<C extends ResourceChange = ResourceChange> = PlacedChange<C>;
type Column = WriteCall['values'][number];

const BYTES = 200;
/** `minos.confirm_resource` raises it. */
const LOST = 'MS001';
const NAMES = { [RESERVE_RESOURCE]: 'reserve', [CONFIRM_RESOURCE]: 'confirm', [CANCEL_RESOURCE]: 'cancel' } as const;

/** Writes who holds what in `minos.reservations`. Behind messages, so that an answer that is kept back is there when somebody lets it go. */
export class ResourceWriter implements ChangeWriter<ResourceChange> {
  readonly kinds = [RESERVE_RESOURCE, CONFIRM_RESOURCE, CANCEL_RESOURCE] as const;
  readonly order = 330;

  lockKeys(change: ResourceChange, tenant: string): readonly string[] {
    const { resource, holder } = change;
    const key = resourceLockKey(tenant, resource);
    return change.kind === RESERVE_RESOURCE ? [key, holderLockKey(tenant, holder)] : [key];
  }

  size({ resource, holder }: ResourceChange): number {
    return BYTES + resource.length + holder.length;
  }

  plan(changes: readonly Placed[]): WritePlan {
    const write = { name: 'minos.write_resources', values: columns(changes) };
    return { check: { name: 'minos.check_resources', values: checked(confirmations(changes)) }, write };
  }

  async judge({ kind, resource, holder, ...change }: ResourceChange, refusal: Refusal): Promise<Verdict | undefined> {
    if (kind !== CONFIRM_RESOURCE || ('databaseError' in refusal && refusal.databaseError.code !== LOST)) return undefined;
    return { error: resourceLost(resource, holder, (change as ConfirmResource).fence) };
  }

  /** A reservation that is there may be of an earlier unit, and one that is not may have ended. */
  async find(): Promise<'unknowable'> {
    return 'unknowable';
  }
}

/** Those whose resource no earlier change of the batch concerns: of the others the write itself says no. */
function confirmations(changes: readonly Placed[]): readonly Placed<ConfirmResource>[] {
  const seen = new Set<string>();
  return changes.filter((placed): placed is Placed<ConfirmResource> => {
    const key = resourceLockKey(placed.tenant, placed.change.resource);
    const isFirst = !seen.has(key);
    seen.add(key);
    return isFirst && placed.change.kind === CONFIRM_RESOURCE;
  });
}

function checked(placed: readonly Placed<ConfirmResource>[]): readonly Column[] {
  return [
    ...places(placed),
    texts(placed, ({ tenant }) => tenant),
    texts(placed, ({ change }) => change.resource),
    texts(placed, ({ change }) => change.holder),
    plain('bigint[]', placed, ({ change }) => change.fence ?? null),
  ];
}

function columns(placed: readonly Placed[]): readonly Column[] {
  const reserve = ({ change }: Placed): ReserveResource | undefined => (change.kind === RESERVE_RESOURCE ? change : undefined);
  return [
    ...places(placed),
    texts(placed, ({ change }) => NAMES[change.kind]),
    texts(placed, ({ tenant }) => tenant),
    texts(placed, ({ change }) => change.resource),
    plain('int[]', placed, ({ change }) => keyHash(change.resource)),
    texts(placed, ({ change }) => change.holder),
    plain('bigint[]', placed, ({ change }) => (change.kind === CONFIRM_RESOURCE ? (change.fence ?? null) : null)),
    plain('bigint[]', placed, (one) => reserve(one)?.age ?? null),
    plain('float8[]', placed, (one) => reserve(one)?.leaseMs ?? null),
    plain('boolean[]', placed, ({ change }) => String(flagOf(change))),
    plain('boolean[]', placed, (one) => String(reserve(one)?.waits ?? false)),
    plain('uuid[]', placed, (one) => reserve(one)?.answer ?? null),
  ];
}

function flagOf(change: ResourceChange): boolean {
  if (change.kind === RESERVE_RESOURCE) return change.holdsElsewhere;
  return change.kind === CANCEL_RESOURCE && change.remembered;
}

function places(placed: readonly Placed[]): readonly Column[] {
  return [plain('int[]', placed, ({ unit }) => unit), plain('int[]', placed, ({ ordinal }) => ordinal)];
}

function plain<P>(type: string, placed: readonly P[], of: (one: P) => number | string | null): Column {
  return { type, value: plainArray(placed.map(of)) };
}

function texts<P>(placed: readonly P[], of: (one: P) => string): Column {
  return { type: 'text[]', value: textArray(placed.map(of)) };
}
