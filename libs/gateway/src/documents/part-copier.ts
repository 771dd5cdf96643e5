import type { DocumentPart } from './document-part.js';
import { COMPONENT_KINDS, type ComponentKind, isRecord, type JsonRecord } from './open-api.js';

const REFERENCE = /^#\/components\/([A-Za-z]+)\/([^/]+)$/;
const SCRIPT_LINK = /\b(java|vb)script\s*:/gi;
/** Left out, since they hold addresses, or lead out of the document. */
const LEFT_OUT = new Set(['externalDocs', 'servers', 'callbacks', 'links', 'security', 'discriminator', 'externalValue']);
/** What stands below these has names for keys, not keywords. */
const NAMED = new Set(['properties', 'patternProperties', 'content', 'headers', 'examples', 'responses', 'encoding', 'variables']);
/** What stands below these is data of the service: no keywords and no references. */
const DATA = new Set(['example', 'default', 'enum', 'const', 'value']);

/** What the keys of an object are. */
type Keys = 'keywords' | 'names' | 'data';

/**
 * Copies what a service describes into the document of the gateway: references lead to components named after the service, those that lead elsewhere are dropped, and of the components only those that are
 * referred to come along. Documents may refer to themselves in circles; each component is copied once.
 */
export class PartCopier {
  private readonly names = new Map<string, string>();
  private readonly waiting: { readonly kind: ComponentKind; readonly name: string; readonly as: string }[] = [];

  constructor(
    private readonly service: string,
    private readonly part: DocumentPart,
    /** Where components go, by kind; shared by all services. */
    private readonly components: ReadonlyMap<ComponentKind, Map<string, unknown>>,
  ) {}

  /** A copy of anything in the part; the components that it needs follow. */
  copy(value: unknown, keys: Keys): unknown {
    const copied = this.copied(value, keys);
    for (let next = this.waiting.pop(); next !== undefined; next = this.waiting.pop()) {
      this.components.get(next.kind)?.set(next.as, this.copied(this.resolved(next.kind, next.name), 'keywords'));
    }
    return copied;
  }

  private copied(value: unknown, keys: Keys): unknown {
    if (typeof value === 'string') return safeText(value);
    if (Array.isArray(value)) return value.map((element) => this.copied(element, keys === 'names' ? 'keywords' : keys));
    if (!isRecord(value)) return value;
    if (keys !== 'data' && typeof value['$ref'] === 'string') return this.reference(value['$ref']);
    const entries = Object.entries(value).filter(([key]) => isTaken(key, keys));
    return Object.fromEntries(entries.map(([key, child]) => [safeText(key), this.copied(child, below(key, keys))]));
  }

  /** What leads nowhere, or out of the document, allows anything. */
  private reference(text: string): JsonRecord {
    const [, kind, encoded] = REFERENCE.exec(text) ?? [];
    const known = COMPONENT_KINDS.find((one) => one === kind);
    const name = encoded === undefined ? undefined : decoded(encoded);
    if (known === undefined || name === undefined || this.resolved(known, name) === undefined) return {};
    return { $ref: `#/components/${known}/${this.nameOf(known, name)}` };
  }

  /** Follows a component that is nothing but a reference to another; in a circle there is nothing. */
  private resolved(kind: ComponentKind, name: string): JsonRecord | undefined {
    const passed = new Set<string>();
    let current = name;
    while (!passed.has(current)) {
      passed.add(current);
      const component = this.part.component(kind, current);
      if (component === undefined || typeof component['$ref'] !== 'string') return component;
      const [, other, encoded] = REFERENCE.exec(component['$ref']) ?? [];
      if (other !== kind || encoded === undefined) return undefined;
      current = decoded(encoded) ?? '';
    }
    return undefined;
  }

  private nameOf(kind: ComponentKind, name: string): string {
    const key = `${kind}/${name}`;
    let as = this.names.get(key);
    if (as === undefined) {
      as = this.freeName(kind, `${this.service}.${name}`.replaceAll(/[^\w.-]/g, '_'));
      this.names.set(key, as);
      this.components.get(kind)?.set(as, {});
      this.waiting.push({ kind, name, as });
    }
    return as;
  }

  /** No service writes over the components of another one, whatever both are called. */
  private freeName(kind: ComponentKind, wanted: string): string {
    let name = wanted;
    while (this.components.get(kind)?.has(name)) name += '_';
    return name;
  }
}

/** No `$ref` comes along but those that lead somewhere: readers of documents follow them wherever they stand, in data, too. */
function isTaken(key: string, keys: Keys): boolean {
  if (key === '$ref') return false;
  return keys !== 'keywords' || (!LEFT_OUT.has(key) && !key.startsWith('x-'));
}

function below(key: string, keys: Keys): Keys {
  if (keys === 'data' || (keys === 'keywords' && DATA.has(key))) return 'data';
  return keys === 'keywords' && NAMED.has(key) ? 'names' : 'keywords';
}

/** Also where a page shows it as Markdown: the page's content policy runs no such links either. */
export function safeText(text: string): string {
  return text.replace(SCRIPT_LINK, '$1script -');
}

/** The name in a JSON pointer. */
function decoded(pointer: string): string | undefined {
  try {
    return decodeURIComponent(pointer).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return undefined;
  }
}
