import { OWN_PATHS } from '@minos/discovery';

/** What auth offers to services alone. It registers these paths as its own, so the registry, which refuses those that every service has, cannot know them. */
const AUTH_FOR_SERVICES = ['/auth/message-keys', '/auth/service-keys', '/auth/revocations', '/auth/token'];

/** Paths that are for the machines of the system and never for clients. Each covers what is below it; one with `*` at its end also what goes on with other letters. */
export const INTERNAL_PATHS: readonly string[] = [...OWN_PATHS, ...AUTH_FOR_SERVICES];

interface Rule {
  /** In small letters. */
  readonly segments: readonly string[];
  readonly open: boolean;
}

/** Tells internal paths from public ones, whatever the case of their letters. */
export class InternalPaths {
  /** By the first segment, so that most paths cost one look. */
  private readonly byFirst = new Map<string, Rule[]>();
  private readonly open: Rule[] = [];

  constructor(paths: readonly string[] = INTERNAL_PATHS) {
    for (const path of paths) this.add(path.toLowerCase());
  }

  /** Of decoded segments. */
  covers(segments: readonly string[]): boolean {
    const first = segments[0]?.toLowerCase();
    if (first === undefined) return false;
    const rules = this.byFirst.get(first);
    return (rules !== undefined && rules.some((rule) => fits(rule, segments))) || this.open.some((rule) => fits(rule, segments));
  }

  private add(path: string): void {
    const open = path.endsWith('*');
    const segments = (open ? path.slice(0, -1) : path).replace(/^\//, '').split('/');
    const rule = { segments, open };
    const [first = ''] = segments;
    if (open && segments.length === 1) this.open.push(rule);
    else this.byFirst.set(first, [...(this.byFirst.get(first) ?? []), rule]);
  }
}

function fits({ segments, open }: Rule, path: readonly string[]): boolean {
  if (path.length < segments.length) return false;
  return segments.every((segment, index) => {
    const found = (path[index] ?? '').toLowerCase();
    return open && index === segments.length - 1 ? found.startsWith(segment) : found === segment;
  });
}
