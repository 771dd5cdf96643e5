import { describe, type SagaDescription } from '@minos/saga';
import { SAGA_PARTS, type SagaParts } from '@minos/saga/module';
import { Inject, Injectable, Optional } from '@nestjs/common';

/** The sagas of the service, as they are written; nothing of their instances. */
@Injectable()
export class SagaDocuments {
  private made: readonly SagaDescription[] | undefined;

  constructor(@Optional() @Inject(SAGA_PARTS) private readonly parts?: SagaParts) {}

  /** By name, the newest version of each first. */
  all(): readonly SagaDescription[] {
    return (this.made ??= this.describeAll());
  }

  /** The newest version, where none is named. */
  find(name: string, version?: number): SagaDescription | undefined {
    return this.all().find((saga) => saga.name === name && (version === undefined || saga.version === version));
  }

  private describeAll(): readonly SagaDescription[] {
    const known = this.parts?.engine.sagas.all ?? [];
    return known.map(({ plan, name, version }) => describe(plan, { name, version })).sort(inOrder);
  }
}

function inOrder(one: SagaDescription, other: SagaDescription): number {
  if (one.name === other.name) return other.version - one.version;
  return one.name < other.name ? -1 : 1;
}
