import { Catch, type ExceptionFilter } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';

export type EnhancerKind = 'guards' | 'interceptors' | 'pipes' | 'filters';

/** Keys under which Nest's decorators keep what they bind; the constants are not among its public names. */
const METADATA: Readonly<Record<EnhancerKind, string>> = {
  guards: '__guards__',
  interceptors: '__interceptors__',
  pipes: '__pipes__',
  filters: '__exceptionFilters__',
};

export const ENHANCER_KINDS = Object.keys(METADATA) as readonly EnhancerKind[];

/** The kinds of which something is bound to the class or to the method. */
export function boundKinds(type: object, method: object): readonly EnhancerKind[] {
  return ENHANCER_KINDS.filter((kind) => isBound(kind, type) || isBound(kind, method));
}

function isBound(kind: EnhancerKind, target: object): boolean {
  const bound: unknown = Reflect.getMetadata(METADATA[kind], target);
  return Array.isArray(bound) && bound.length > 0;
}

/**
 * Throws on what no filter caught. Nest would log it first as an exception that nobody handled; here the consumer handles it, and a rejection is no error at all.
 */
@Catch()
class ThrowOn implements ExceptionFilter {
  catch(exception: unknown): never {
    throw exception;
  }
}

/** Of the application's global enhancers those of the chosen kinds. */
export class GlobalEnhancers {
  readonly config = new ApplicationConfig();
  /** The kinds of which there is one. */
  readonly kinds: readonly EnhancerKind[];

  constructor(application: ApplicationConfig, chosen: readonly EnhancerKind[]) {
    const of = <T>(kind: EnhancerKind, list: T[]): T[] => (chosen.includes(kind) ? list : []);
    const guards = of('guards', application.getGlobalGuards());
    const interceptors = of('interceptors', application.getGlobalInterceptors());
    const pipes = of('pipes', application.getGlobalPipes());
    const filters = of('filters', application.getGlobalFilters());
    const found = { guards, interceptors, pipes, filters };
    this.kinds = ENHANCER_KINDS.filter((kind) => found[kind].length > 0);
    this.config.useGlobalGuards(...guards);
    this.config.useGlobalInterceptors(...interceptors);
    this.config.useGlobalPipes(...pipes);
    // The first is asked last.
    this.config.useGlobalFilters(new ThrowOn(), ...filters);
  }
}
