import type { RecordedNames } from '@minos/common';
import type { JsonSchema } from '../schema/json-schema.js';

export interface Reference {
  readonly $ref: string;
}

export interface AsyncApiServer {
  readonly host: string;
  readonly protocol: string;
  readonly pathname?: string;
  readonly description?: string;
  readonly security?: readonly { readonly type: string; readonly description?: string }[];
}

export interface AsyncApiChannel {
  /** `null`: known when a message comes. */
  readonly address: string | null;
  readonly title: string;
  readonly description: string;
  readonly servers?: readonly Reference[];
  readonly messages: Readonly<Record<string, Reference>>;
  readonly bindings?: Readonly<Record<string, unknown>>;
}

export interface AsyncApiReply {
  readonly address: { readonly description: string; readonly location: string };
  readonly channel: Reference;
  readonly messages: readonly Reference[];
}

export interface AsyncApiOperation {
  readonly action: 'send' | 'receive';
  readonly channel: Reference;
  readonly title: string;
  readonly description?: string;
  readonly messages: readonly Reference[];
  readonly reply?: AsyncApiReply;
  readonly bindings?: Readonly<Record<string, unknown>>;
}

export interface AsyncApiMessage {
  /** The durable name. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly contentType: 'application/json';
  readonly headers: JsonSchema;
  readonly payload: JsonSchema;
  readonly correlationId: { readonly location: string };
  readonly bindings?: Readonly<Record<string, unknown>>;
  /** What AsyncAPI has no place for. */
  readonly 'x-minos'?: { readonly kind: string; readonly schemaversion: number; readonly owner?: string };
}

/** An AsyncAPI 3.0 document of one service. */
export interface AsyncApiDocument {
  readonly asyncapi: '3.0.0';
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly defaultContentType: 'application/json';
  readonly servers: Readonly<Record<string, AsyncApiServer>>;
  readonly channels: Readonly<Record<string, AsyncApiChannel>>;
  readonly operations: Readonly<Record<string, AsyncApiOperation>>;
  readonly components: {
    readonly messages: Readonly<Record<string, AsyncApiMessage>>;
    readonly schemas: Readonly<Record<string, JsonSchema>>;
  };
  /** Every durable name of the service, as in `minos.names.json`. */
  readonly 'x-minos-names': RecordedNames;
}
