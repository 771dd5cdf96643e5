import { BodyValidationPipe } from '@minos/nest';
import type { Type } from '@nestjs/common';

const PIPE = new BodyValidationPipe();

/** A body that may be left out, checked where it is there. The parameter has the type `unknown`, so that the pipe of the application leaves it alone. */
export async function optionalBody<T extends object>(type: Type<T>, body: unknown): Promise<Partial<T>> {
  // Express has no body where none was sent, Fastify has `null`.
  if (body === undefined || body === null) return {};
  return (await PIPE.transform(body, { type: 'body', metatype: type })) as T;
}
