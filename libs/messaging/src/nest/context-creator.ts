import type { PipeTransform } from '@nestjs/common';
import { type ApplicationConfig, ExternalContextCreator, type ModulesContainer, NestContainer } from '@nestjs/core';

/** Handlers take the message, which pipes see, and its context, which they do not. */
const MESSAGE = 'message';
const CONTEXT = 'context';

/** Makes handlers of the modules of an application callable through Nest, with other global enhancers than the application has for HTTP. */
export function contextCreator(modules: ModulesContainer, globals: ApplicationConfig): ExternalContextCreator {
  const creator = ExternalContextCreator.fromContainer(new SharedModules(modules, globals));
  const parameters = [MESSAGE, CONTEXT].map((type, index) => ({
    index,
    type,
    data: '',
    pipes: [],
    extractValue: (...args: unknown[]) => args[index],
  }));
  creator.getMetadata = () => ({ argsLength: parameters.length, paramtypes: [], getParamsMetadata: () => parameters });
  creator.getParamValue = async (value, { type }, pipes) => ((type as string) === CONTEXT ? value : piped(value, pipes));
  return creator;
}

/** A pipe sees the message as a body of the message's class, so that `ValidationPipe` works on methods without decorators too. */
async function piped(message: unknown, pipes: readonly PipeTransform[]): Promise<unknown> {
  let value = message;
  for (const pipe of pipes) value = await pipe.transform(value, { type: 'body', metatype: classOf(message), data: undefined });
  return value;
}

function classOf(message: unknown): (new () => unknown) | undefined {
  const prototype: unknown = typeof message === 'object' && message !== null ? Object.getPrototypeOf(message) : undefined;
  return (prototype as { readonly constructor: new () => unknown } | null | undefined)?.constructor;
}

class SharedModules extends NestContainer {
  constructor(
    private readonly shared: ModulesContainer,
    globals: ApplicationConfig,
  ) {
    super(globals);
  }

  override getModules(): ModulesContainer {
    return this.shared;
  }
}
