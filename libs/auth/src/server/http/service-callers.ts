import { AuthServer } from '../auth-server.js';
import { Injectable } from '@nestjs/common';
import { ServiceCredentialRefusedError } from '../services/service.errors.js';
import type { AnyRequest } from './http-parts.js';

const LONGEST = 1_024;

/** Services that call, by HTTP Basic. */
@Injectable()
export class ServiceCallers {
  constructor(private readonly server: AuthServer) {}

  /** The name of the service. Rejects with `SERVICE_CREDENTIAL_REFUSED`. */
  async require(request: AnyRequest): Promise<string> {
    const credential = basicCredential(request.headers.authorization);
    if (!this.server.services.verify(credential)) throw new ServiceCredentialRefusedError();
    return credential.service;
  }
}

/** What is missing is empty, and compared like everything else. */
function basicCredential(header: string | undefined): { readonly service: string; readonly secret: string } {
  const encoded = header !== undefined && header.length <= LONGEST ? /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(header)?.[1] : undefined;
  const text = Buffer.from(encoded ?? '', 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? { service: '', secret: '' } : { service: text.slice(0, colon), secret: text.slice(colon + 1) };
}
