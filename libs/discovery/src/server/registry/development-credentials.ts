import type { ServiceCredential, ServiceCredentialVerifier } from '@minos/auth';

/** Believes everybody; for a developer's machine alone. */
export class DevelopmentCredentials implements ServiceCredentialVerifier {
  verify({ service }: ServiceCredential): boolean {
    return service !== '';
  }
}
