import type { Access } from '@minos/auth';
import { isUnlisted } from '@minos/common';
import { Injectable, Logger, RequestMethod, type Type, VERSION_NEUTRAL, VersioningType, type VersioningOptions } from '@nestjs/common';
import { ApplicationConfig, DiscoveryService, MetadataScanner, ModulesContainer } from '@nestjs/core';
import type { Endpoint } from '../../contracts/index.js';
import { isOwnPath } from '../../routes/path-template.js';
import { templatesOf } from './templates-of.js';

/** Who may call a method of a controller. */
export type AccessReader = (controller: Type, method: string) => Access;

/** Names under which Nest keeps what its decorators say. */
const PATH = 'path';
const METHOD = 'method';
const VERSION = '__version__';
const MODULE_PATH = '__module_path__';

type Version = string | typeof VERSION_NEUTRAL | readonly (string | typeof VERSION_NEUTRAL)[] | undefined;

interface ExcludedRoute {
  readonly requestMethod: RequestMethod;
  readonly pathRegex: RegExp;
}

interface FoundRoute {
  readonly method: RequestMethod;
  readonly path: string;
  readonly version: Version;
}

/** Finds the routes of an application as Nest serves them: with prefix, module paths and versions. */
@Injectable()
export class RouteExplorer {
  private readonly logger = new Logger('Discovery');
  private readonly scanner = new MetadataScanner();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly config: ApplicationConfig,
    private readonly modules: ModulesContainer,
  ) {}

  /** All routes that are for others, sorted. A route that two methods serve has the access of the first, which is the one that answers. */
  explore(accessOf: AccessReader): readonly Endpoint[] {
    const endpoints = new Map<string, Endpoint>();
    for (const { instance, metatype, host } of this.discovery.getControllers()) {
      if (typeof metatype !== 'function' || isUnlisted(metatype) || typeof instance !== 'object' || instance === null) continue;
      for (const endpoint of this.endpointsOf(metatype as Type, host?.metatype, accessOf)) {
        const key = `${endpoint.path} ${endpoint.method}`;
        if (!endpoints.has(key)) endpoints.set(key, endpoint);
      }
    }
    return [...endpoints].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, endpoint]) => endpoint);
  }

  private endpointsOf(controller: Type, module: Type | undefined, accessOf: AccessReader): readonly Endpoint[] {
    const prototype = controller.prototype as Readonly<Record<string, object>>;
    return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      if (handler === undefined || isUnlisted(handler)) return [];
      const templates = this.routesOf(controller, module, handler).flatMap((route) => this.templates(route));
      return templates.filter(({ path }) => !isOwnPath(path)).map((route) => ({ ...route, access: accessOf(controller, name) }));
    });
  }

  private routesOf(controller: Type, module: Type | undefined, handler: object): readonly FoundRoute[] {
    const paths = Reflect.getMetadata(PATH, handler) as string | readonly string[] | undefined;
    if (paths === undefined) return [];
    const method = (Reflect.getMetadata(METHOD, handler) as RequestMethod | undefined) ?? RequestMethod.GET;
    const version = (Reflect.getMetadata(VERSION, handler) ??
      Reflect.getMetadata(VERSION, controller) ??
      this.config.getVersioning()?.defaultVersion) as Version;
    const modulePath = this.modulePath(module);
    return list(Reflect.getMetadata(PATH, controller) as string | readonly string[] | undefined).flatMap((own) =>
      list(paths).map((path) => ({ method, version, path: join(modulePath, own, path) })),
    );
  }

  /** Set by `RouterModule`. */
  private modulePath(module: Type | undefined): string {
    if (module === undefined) return '';
    const { applicationId } = this.modules;
    return (Reflect.getMetadata(MODULE_PATH + applicationId, module) ?? Reflect.getMetadata(MODULE_PATH, module) ?? '') as string;
  }

  private templates({ method, path, version }: FoundRoute): readonly Pick<Endpoint, 'method' | 'path'>[] {
    const name = method === RequestMethod.ALL ? '*' : RequestMethod[method];
    const prefix = this.isExcluded(method, path) ? '' : this.config.getGlobalPrefix();
    return versionParts(version, this.config.getVersioning()).flatMap((part) => {
      const templates = templatesOf(join(prefix, part, path));
      if (templates.length === 0)
        this.logger.warn(`The route ${name} ${path} is not registered: only at the end of a path a wildcard can be told to others.`);
      return templates.map((template) => ({ method: name, path: template }));
    });
  }

  private isExcluded(method: RequestMethod, path: string): boolean {
    const { exclude = [] } = this.config.getGlobalPrefixOptions() as { readonly exclude?: readonly ExcludedRoute[] };
    return exclude.some(
      ({ requestMethod, pathRegex }) => (requestMethod === RequestMethod.ALL || requestMethod === method) && pathRegex.test(path),
    );
  }
}

function list(paths: string | readonly string[] | undefined): readonly string[] {
  return typeof paths === 'string' ? [paths] : (paths ?? ['']);
}

function join(...parts: readonly string[]): string {
  const path = parts
    .map((part) => part.replace(/^\/+|\/+$/g, ''))
    .filter((part) => part !== '')
    .join('/');
  return `/${path}`;
}

/** What versioning by URI puts in front of a path; the other ways put nothing there. */
function versionParts(version: Version, versioning: VersioningOptions | undefined): readonly string[] {
  if (version === undefined || versioning?.type !== VersioningType.URI) return [''];
  const prefix = versioning.prefix === false ? '' : (versioning.prefix ?? 'v');
  const versions = (Array.isArray(version) ? version : [version]) as readonly (string | typeof VERSION_NEUTRAL)[];
  return versions.map((one) => (one === VERSION_NEUTRAL ? '' : `${prefix}${one}`));
}
