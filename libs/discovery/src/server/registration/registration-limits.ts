/** Sizes of what may be registered. */
export interface RegistrationLimits {
  /** Endpoints of one instance. */
  readonly endpoints: number;
  /** Characters of a path template. */
  readonly path: number;
  /** Entries of the metadata. */
  readonly metadata: number;
  /** Characters of a name in the metadata, of an instance id, and of a role or permission. */
  readonly name: number;
  /** Characters of a value in the metadata, of the address and of the version. */
  readonly value: number;
  /** Roles or permissions of one endpoint. */
  readonly roles: number;
}

export const REGISTRATION_LIMITS: RegistrationLimits = Object.freeze({
  endpoints: 500,
  path: 256,
  metadata: 32,
  name: 128,
  value: 512,
  roles: 32,
});
