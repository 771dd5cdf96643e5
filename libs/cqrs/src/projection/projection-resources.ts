import type { Unit } from '@minos/common';

/** What modules beside this one lend to the methods of projections, such as a DataSource. It lies in the unit of each batch under its token. */
export class ProjectionResources {
  private readonly lent = new Map<symbol, unknown>();

  /** In place of what was lent under this token before. */
  lend(token: symbol, resource: unknown): void {
    this.lent.set(token, resource);
  }

  putInto(unit: Unit): void {
    for (const [token, resource] of this.lent) unit.resources.set(token, resource);
  }
}
