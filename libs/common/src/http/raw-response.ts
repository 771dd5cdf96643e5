import type { ServerResponse } from 'node:http';

/** Node's own response below that of Express or Fastify, taken out of the framework's hands: whoever asks for it answers. */
export function rawResponse(response: object): ServerResponse {
  const reply = response as { readonly raw?: ServerResponse; hijack?(): void };
  if (reply.raw === undefined) return response as ServerResponse;
  reply.hijack?.();
  return reply.raw;
}
