import { MinosError } from '@minos/common';

/** A projection asked for an EntityManager, and was lent no DataSource. */
export class ProjectionDataSourceMissingError extends MinosError {
  readonly code = 'PROJECTION_DATA_SOURCE_MISSING' as const;
  readonly retryable = false;

  constructor() {
    super(
      'entityManagerOf(context) found no DataSource: import ProjectionTypeOrmModule.forRoot() of @minos/cqrs/typeorm beside TypeOrmModule.forRoot({ … }) and ' +
        'CqrsModule.forRoot(). Where no projection calls it, as in a test of one method, lend the DataSource or test through the application.',
    );
  }
}
