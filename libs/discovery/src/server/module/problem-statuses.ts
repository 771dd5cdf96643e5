/** Statuses of the registry's errors, for the option `http.statuses` of `MinosModule`. */
export const REGISTRY_STATUSES: Readonly<Record<string, number>> = Object.freeze({
  SERVICE_CREDENTIAL_REFUSED: 401,
  NOT_YOUR_SERVICE: 403,
  REGISTRATION_INVALID: 400,
  ADDRESS_REFUSED: 422,
  ROUTE_OWNED: 409,
  INSTANCE_TAKEN: 409,
  EPOCH_STALE: 409,
  INSTANCE_UNKNOWN: 404,
  REGISTRY_QUOTA: 422,
  REGISTRY_BUSY: 503,
});
