export { ApiDocuments } from './api-documents.js';
export type {
  AsyncApiChannel,
  AsyncApiDocument,
  AsyncApiMessage,
  AsyncApiOperation,
  AsyncApiReply,
  AsyncApiServer,
  Reference,
} from './asyncapi/asyncapi-document.js';
export { DocumentsServiceMissingError } from './documents.errors.js';
export { DocumentsModule } from './documents.module.js';
export type { DocumentsOptions } from './documents.options.js';
export type { OpenApiDocument } from './openapi/openapi-document.js';
export type { JsonSchema } from './schema/json-schema.js';
export { SagaDocuments } from './sagas/saga-documents.js';
