import type { ServiceCredentialVerifier } from '../contracts/service-credentials.js';
import { readBasicCredential } from './basic-credential.js';
import { ServiceCredentialRefusedError } from './credentials.errors.js';

/** What is missing is compared like everything else. */
const NOBODY = { service: '', secret: '' };

/** The name of the service whose credential is in the header `Authorization`, by HTTP Basic. Rejects with `SERVICE_CREDENTIAL_REFUSED`. */
export async function requireService(authorization: string | undefined, credentials: ServiceCredentialVerifier): Promise<string> {
  const credential = readBasicCredential(authorization) ?? NOBODY;
  if (!(await credentials.verify(credential))) throw new ServiceCredentialRefusedError();
  return credential.service;
}
