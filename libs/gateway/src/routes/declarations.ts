import type { Access } from '@minos/auth';
import type { Endpoint } from '@minos/discovery';

/** What instances declare, so that the same declaration is the same object: comparing is much cheaper than reading it again. */
export class Declarations {
  private readonly seen = new WeakMap<readonly Endpoint[], readonly Endpoint[]>();

  /** The one of `known` that says the same, or `endpoints` itself. */
  same(endpoints: readonly Endpoint[], known: readonly (readonly Endpoint[])[]): readonly Endpoint[] {
    const before = this.seen.get(endpoints);
    if (before !== undefined && (before === endpoints || known.includes(before))) return before;
    const found = known.find((other) => sameEndpoints(other, endpoints)) ?? endpoints;
    this.seen.set(endpoints, found);
    return found;
  }
}

function sameEndpoints(one: readonly Endpoint[], other: readonly Endpoint[]): boolean {
  return one === other || (one.length === other.length && one.every((endpoint, index) => sameEndpoint(endpoint, other[index] as Endpoint)));
}

function sameEndpoint(one: Endpoint, other: Endpoint): boolean {
  return (
    one.path === other.path &&
    one.method === other.method &&
    one.repeatable === other.repeatable &&
    one.timeoutMs === other.timeoutMs &&
    sameAccess(one.access, other.access)
  );
}

/** What cannot be read is only the same as itself. */
function sameAccess(one: Partial<Access> | undefined, other: Partial<Access> | undefined): boolean {
  if (one === other) return true;
  return one?.public === other?.public && sameTexts(one?.roles, other?.roles) && sameTexts(one?.permissions, other?.permissions);
}

export function sameTexts(one: readonly string[] | undefined, other: readonly string[] | undefined): boolean {
  return Array.isArray(one) && Array.isArray(other) && one.length === other.length && one.every((text, index) => text === other[index]);
}
