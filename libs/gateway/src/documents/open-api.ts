export type JsonRecord = Readonly<Record<string, unknown>>;

/** The kinds of components that operations refer to. */
export const COMPONENT_KINDS = ['schemas', 'responses', 'parameters', 'examples', 'requestBodies', 'headers'] as const;

export type ComponentKind = (typeof COMPONENT_KINDS)[number];

/** What the gateway says of its routes: OpenAPI 3.0. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string; readonly description?: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, JsonRecord>>>>;
  readonly components: JsonRecord;
}

export const isRecord = (value: unknown): value is JsonRecord => typeof value === 'object' && value !== null && !Array.isArray(value);

export const recordOf = (value: unknown): JsonRecord => (isRecord(value) ? value : {});
