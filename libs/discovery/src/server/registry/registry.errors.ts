import { MinosError } from '@minos/common';
import type { InstanceKey, RouteConflict } from '../../contracts/index.js';

/** A service spoke for another one. */
export class NotYourServiceError extends MinosError {
  readonly code = 'NOT_YOUR_SERVICE' as const;
  readonly retryable = false;

  constructor(caller: string, service: string) {
    super(`The service "${caller}" can not speak for "${service}". A service registers instances of its own alone.`, {
      details: { caller, service },
    });
  }
}

/** A registration, or a part of it, is not what the registry takes. */
export class RegistrationInvalidError extends MinosError {
  readonly code = 'REGISTRATION_INVALID' as const;
  readonly retryable = false;

  constructor(readonly faults: readonly { readonly path: string; readonly message: string }[]) {
    super(`The registration does not fit: ${faults.map(({ path, message }) => `${path} ${message}`).join('; ')}.`, {
      details: { issues: faults },
    });
  }
}

/** The address is not one that the registry, or anybody behind it, shall connect to. */
export class AddressRefusedError extends MinosError {
  readonly code = 'ADDRESS_REFUSED' as const;
  readonly retryable = false;

  constructor(address: string, why: string) {
    super(`The address ${address} is refused: ${why}. Register an address in the registry's option networks.`, { details: { address } });
  }
}

/** Another service has this route, or one that can match the same requests. */
export class RouteOwnedError extends MinosError {
  readonly code = 'ROUTE_OWNED' as const;
  readonly retryable = false;

  constructor({ asked, owned: { method, path, service } }: RouteConflict) {
    super(
      `The route ${asked.method} ${asked.path} matches requests of a route that belongs to the service "${service}": ${method} ${path}. Serve another path; or have an operator free that route (DELETE /registry/routes?method=${method}&path=${encodeURIComponent(path)}), or name the wider of the two in the registry's option openRoutes.`,
      { details: { method, path, owner: service, asked: `${asked.method} ${asked.path}` } },
    );
  }
}

/** The id of the instance belongs to an instance of another service. */
export class InstanceTakenError extends MinosError {
  readonly code = 'INSTANCE_TAKEN' as const;
  readonly retryable = false;

  constructor({ service, instance }: InstanceKey) {
    super(`The instance id "${instance}" of the service "${service}" belongs to another service. Use ids that are unique, such as UUIDs.`, {
      details: { service, instance },
    });
  }
}

/** A later incarnation of the instance has registered, or this one has left. */
export class EpochStaleError extends MinosError {
  readonly code = 'EPOCH_STALE' as const;
  readonly retryable = false;

  constructor({ service, instance }: InstanceKey, epoch: number, known: number) {
    super(
      `The instance "${instance}" of "${service}" is known with epoch ${known}, and this registration has ${epoch}: a later process has its id, or it has left. Give each process an id of its own, or a higher epoch.`,
      { details: { service, instance, epoch, known } },
    );
  }
}

/** More than one service may have: instances, or registrations in a time. */
export class RegistryQuotaError extends MinosError {
  readonly code = 'REGISTRY_QUOTA' as const;
  readonly retryable = false;

  constructor(service: string, what: string) {
    super(`The service "${service}" has ${what}. Look for a loop that starts or registers instances, or raise the registry's limits.`, {
      details: { service },
    });
  }
}

/** Registrations come faster than the registry takes them from one service. */
export class RegistryBusyError extends MinosError {
  readonly code = 'REGISTRY_BUSY' as const;
  readonly retryable = true;

  constructor(service: string) {
    super(`The service "${service}" registers more often than the registry takes. Wait a little and try again.`, { details: { service } });
  }
}

/** The registry does not know the instance: it has to register again. */
export class InstanceUnknownError extends MinosError {
  readonly code = 'INSTANCE_UNKNOWN' as const;
  readonly retryable = false;

  constructor({ service, instance }: InstanceKey) {
    super(`The instance "${instance}" of "${service}" is not registered with this epoch. Register it.`, { details: { service, instance } });
  }
}
