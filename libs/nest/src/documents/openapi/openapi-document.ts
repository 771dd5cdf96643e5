import type { JsonSchema } from '../schema/json-schema.js';

/** The parts of an OpenAPI 3.0 document that are read or added. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components?: {
    readonly schemas?: Readonly<Record<string, JsonSchema>>;
    readonly parameters?: Readonly<Record<string, unknown>>;
    readonly headers?: Readonly<Record<string, unknown>>;
    readonly responses?: Readonly<Record<string, unknown>>;
  };
}

export interface OpenApiParameter {
  readonly name?: string;
  readonly in?: string;
  readonly $ref?: string;
}

export interface OpenApiResponse {
  readonly description?: string;
  readonly content?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly $ref?: string;
}

export interface OpenApiOperation {
  readonly parameters?: readonly OpenApiParameter[];
  readonly requestBody?: unknown;
  readonly responses?: Readonly<Record<string, OpenApiResponse>>;
}
