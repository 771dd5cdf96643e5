/** Who a service is, towards discovery and auth. */
export interface ServiceCredential {
  /** Durable name of the service. */
  readonly service: string;
  /** At least 32 bytes of chance, in any text form. */
  readonly secret: string;
}

/** Knows which services there are. Answers in the same time for a wrong secret and for an unknown service. Concurrent calls are allowed. */
export interface ServiceCredentialVerifier {
  verify(credential: ServiceCredential): boolean | Promise<boolean>;
}
