import { parseJson } from '@minos/common';
import { parseTemplate } from '../routes/path-template.js';
import { COMPONENT_KINDS, type ComponentKind, isRecord, type JsonRecord, recordOf } from './open-api.js';

/** An operation as a service describes it. */
export interface PartOperation {
  /** The template, with the names of parameters that the operation uses. */
  readonly path: string;
  readonly operation: JsonRecord;
  /** Parameters that stand at the path and hold for all of its methods. */
  readonly shared: readonly unknown[];
}

/** What one service says of itself: looked through for its form, but not believed. */
export interface DocumentPart {
  /** By method in capitals and shape, such as `GET /orders/{}`. */
  readonly operations: ReadonlyMap<string, PartOperation>;
  component(kind: ComponentKind, name: string): JsonRecord | undefined;
  /** Bytes that it was read from. */
  readonly size: number;
}

/** Deeper schemas are nobody's, and recursion must end. */
const DEEPEST = 64;
const MOST_OPERATIONS = 5_000;
const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']);

/** Reads a document of version 3; what does not fit is left out. Throws where it is none. */
export function readPart(bytes: Uint8Array): DocumentPart {
  const document = parseJson(bytes, { bytes: bytes.byteLength, depth: DEEPEST });
  if (!isRecord(document) || typeof document['openapi'] !== 'string' || !document['openapi'].startsWith('3.'))
    throw new Error('It is no OpenAPI document of version 3.');
  const components = recordOf(document['components']);
  const kinds = new Map(COMPONENT_KINDS.map((kind) => [kind, recordOf(components[kind])]));
  return {
    operations: operationsOf(recordOf(document['paths'])),
    component: (kind, name) => {
      const named = kinds.get(kind) ?? {};
      const found = Object.hasOwn(named, name) ? named[name] : undefined;
      return isRecord(found) ? found : undefined;
    },
    size: bytes.byteLength,
  };
}

function operationsOf(paths: JsonRecord): ReadonlyMap<string, PartOperation> {
  const operations = new Map<string, PartOperation>();
  for (const [path, item] of Object.entries(paths)) {
    const template = parseTemplate(path);
    if (typeof template === 'string' || !isRecord(item)) continue;
    const shared = Array.isArray(item['parameters']) ? item['parameters'] : [];
    for (const [method, operation] of Object.entries(item)) {
      if (operations.size >= MOST_OPERATIONS) return operations;
      if (METHODS.has(method) && isRecord(operation))
        operations.set(`${method.toUpperCase()} ${template.shape}`, { path, operation, shared });
    }
  }
  return operations;
}
