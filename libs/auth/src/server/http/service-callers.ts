import { Injectable } from '@nestjs/common';
import { readBasicCredential } from '../../credentials/basic-credential.js';
import { AuthServer } from '../auth-server.js';
import { ServiceCredentialRefusedError } from '../services/service.errors.js';
import type { AnyRequest } from './http-parts.js';

/** What is missing is compared like everything else. */
const NOBODY = { service: '', secret: '' };

/** Services that call, by HTTP Basic. */
@Injectable()
export class ServiceCallers {
  constructor(private readonly server: AuthServer) {}

  /** The name of the service. Rejects with `SERVICE_CREDENTIAL_REFUSED`. */
  async require(request: AnyRequest): Promise<string> {
    const credential = readBasicCredential(request.headers.authorization) ?? NOBODY;
    if (!this.server.services.verify(credential)) throw new ServiceCredentialRefusedError();
    return credential.service;
  }
}
