import { MinosError } from '@minos/common';

/** The documents are about a service, and nothing says which. */
export class DocumentsServiceMissingError extends MinosError {
  readonly code = 'DOCUMENTS_SERVICE_MISSING' as const;
  readonly retryable = false;

  constructor() {
    super(
      'DocumentsModule found no service to describe. Import MinosModule.forRoot({ service }) of @minos/nest in the root module of the application, beside it.',
    );
  }
}
