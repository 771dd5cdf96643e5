import { option } from '@minos/common';

/**
 * Which answers are compressed. Off by default: an answer that holds a secret beside what the client sent can be guessed from its length (BREACH), so turn it on only where no such answers are.
 */
export interface CompressionOptions {
  /** @default false */
  readonly enabled?: boolean;
  /** Answers that are known to be shorter than so many bytes are left as they are. @default 1024 */
  readonly threshold?: number;
  /** Beginnings of the content types that are worth it. @default text/, application/json, application/problem+json, application/javascript, application/xml, image/svg+xml */
  readonly types?: readonly string[];
}

const TYPES = ['text/', 'application/json', 'application/problem+json', 'application/javascript', 'application/xml', 'image/svg+xml'];

export const COMPRESSION_FIELDS = {
  enabled: option.boolean().default(false),
  threshold: option.integer({ min: 0 }).default(1_024),
  types: option.list(option.string()).default(TYPES),
};
