/** One change of the schema. Once released it never changes; its checksum is kept in the database. */
export interface Migration {
  /** Ascends within its package, for example `001-events`. */
  readonly id: string;
  /** Run in this order in one transaction. */
  readonly statements: readonly string[];
}

/** The migrations of one package, in the order in which they are applied. */
export interface MigrationSet {
  /** Name of the npm package, for example `@minos/event-sourcing`. */
  readonly package: string;
  readonly migrations: readonly Migration[];
}

/** A migration by name, as reports list it. */
export interface MigrationName {
  readonly package: string;
  readonly id: string;
}
