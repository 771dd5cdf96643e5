import { Injectable } from '@nestjs/common';
import { requireService } from '../../credentials/require-service.js';
import { AuthServer } from '../auth-server.js';
import type { AnyRequest } from './http-parts.js';

/** Services that call, by HTTP Basic. */
@Injectable()
export class ServiceCallers {
  constructor(private readonly server: AuthServer) {}

  /** The name of the service. Rejects with `SERVICE_CREDENTIAL_REFUSED`. */
  require(request: AnyRequest): Promise<string> {
    return requireService(request.headers.authorization, this.server.services);
  }
}
