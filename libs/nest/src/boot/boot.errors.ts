import { MinosError } from '@minos/common';

export class MemoryStorageInProductionError extends MinosError {
  readonly code = 'MEMORY_STORAGE_IN_PRODUCTION' as const;
  readonly retryable = false;

  constructor() {
    super(
      "MinosModule.forRoot() has storage: 'memory' and NODE_ENV is production: everything would be lost with the process. " +
        'Remove the option and set DATABASE_URL, or say allowMemoryStorage: true.',
    );
  }
}

export class MemoryBrokerInProductionError extends MinosError {
  readonly code = 'MEMORY_BROKER_IN_PRODUCTION' as const;
  readonly retryable = false;

  constructor() {
    super(
      'The broker is "memory" (BROKER=memory, or messaging.broker.kind of MinosModule.forRoot()) and NODE_ENV is production: no other process would hear this service, ' +
        'and messages on their way would be lost with it. Set KAFKA_BROKERS or BROKER=postgres, or say allowMemoryStorage: true.',
    );
  }
}

/** A variable of the environment that does not fit. */
export class BrokerEnvironmentInvalidError extends MinosError {
  readonly code = 'BROKER_ENVIRONMENT_INVALID' as const;
  readonly retryable = false;

  constructor(variable: string, found: string, cure: string) {
    super(`The environment variable ${variable} is ${JSON.stringify(found)}; give ${cure}.`, { details: { variable } });
  }
}

export class DevPrincipalInProductionError extends MinosError {
  readonly code = 'DEV_PRINCIPAL_IN_PRODUCTION' as const;
  readonly retryable = false;

  constructor() {
    super(
      'MinosModule.forRoot() has http.devPrincipal: true and NODE_ENV is production: every caller would have all roles. ' +
        'Remove the option; requests then have no principal unless authentication gives them one.',
    );
  }
}

export class DatabaseUrlMissingError extends MinosError {
  readonly code = 'DATABASE_URL_MISSING' as const;
  readonly retryable = false;

  constructor() {
    super(
      'No database is configured and NODE_ENV is production, where the embedded PostgreSQL is not used. ' +
        'Set the environment variable DATABASE_URL, or the option database.url of MinosModule.forRoot().',
    );
  }
}

export class DatabaseUrlInvalidError extends MinosError {
  readonly code = 'DATABASE_URL_INVALID' as const;
  readonly retryable = false;

  constructor() {
    super(
      'The environment variable DATABASE_URL, or the option database.url of MinosModule.forRoot(), is no PostgreSQL URL (it is not shown, ' +
        'because it may hold a password). Give postgres://user:password@host:5432/database, with special characters of the password percent-encoded.',
    );
  }
}

export class PackageMissingError extends MinosError {
  readonly code = 'PACKAGE_MISSING' as const;
  readonly retryable = false;

  constructor(name: string, purpose: string, cause: unknown) {
    super(`${purpose} needs the package ${name}, which is not installed. Run "npm install ${name}".`, {
      cause,
      details: { package: name },
    });
  }
}

/** Everything that the registrar found wrong with the classes of an application. */
export class BootFailedError extends MinosError {
  readonly code = 'BOOT_FAILED' as const;
  readonly retryable = false;

  constructor(service: string, faults: readonly string[]) {
    super(`The service ${service} can not start:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`, { details: { faults } });
  }
}
