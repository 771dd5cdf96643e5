import type { ServiceTokenMinter } from '@minos/auth';
import { TOKEN_VERIFIER, type TokenVerifier } from '@minos/common';
import type { ServiceDirectory } from '@minos/discovery';
import { Logger, type Provider } from '@nestjs/common';
import { FrontDoor } from '../front-door/front-door.js';
import { type MadeFrontDoor, makeFrontDoor } from '../front-door/make-front-door.js';
import { type GatewaySettings, resolveGatewayOptions } from '../options/gateway-module.options.js';
import { GatewayAuthenticationMissingError, GatewayDirectoryMissingError, GatewayMinterMissingError } from './gateway.errors.js';
import { GATEWAY_OPTIONS } from './gateway.module-definition.js';
import { GATEWAY_PARTS, RESOLVED_GATEWAY_OPTIONS, SERVICE_DIRECTORY, SERVICE_TOKEN_MINTER } from './tokens.js';

const optional = (token: symbol): { token: symbol; optional: true } => ({ token, optional: true });

export const GATEWAY_PROVIDERS: Provider[] = [
  { provide: RESOLVED_GATEWAY_OPTIONS, useFactory: resolveGatewayOptions, inject: [GATEWAY_OPTIONS] },
  {
    provide: GATEWAY_PARTS,
    useFactory: composeParts,
    inject: [RESOLVED_GATEWAY_OPTIONS, optional(SERVICE_DIRECTORY), optional(TOKEN_VERIFIER), optional(SERVICE_TOKEN_MINTER)],
  },
  { provide: FrontDoor, useFactory: ({ door }: MadeFrontDoor) => door, inject: [GATEWAY_PARTS] },
];

/** Options come before what other modules provide. Throws what production must not start with. */
export function composeParts(
  settings: GatewaySettings,
  knownDirectory?: ServiceDirectory,
  knownVerifier?: TokenVerifier,
  knownMinter?: ServiceTokenMinter,
): MadeFrontDoor {
  const directory = settings.directory ?? knownDirectory;
  if (directory === undefined && settings.services.length === 0) throw new GatewayDirectoryMissingError();
  const verifier = settings.verifier ?? knownVerifier;
  const minter = verifier === undefined ? undefined : minterOf(settings, knownMinter);
  if (verifier === undefined && process.env['NODE_ENV'] === 'production') throw new GatewayAuthenticationMissingError();
  const logger = new Logger('Gateway');
  return makeFrontDoor(settings, { directory, verifier, minter, warn: (line) => logger.warn(line) });
}

function minterOf(
  { serviceTokens, minter: given }: GatewaySettings,
  known: ServiceTokenMinter | undefined,
): ServiceTokenMinter | undefined {
  if (!serviceTokens) return undefined;
  const minter = given ?? known;
  if (minter === undefined) throw new GatewayMinterMissingError();
  return minter;
}
