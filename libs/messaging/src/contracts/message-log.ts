/** What every line about a message says. Never its data. */
export interface MessageLogFields {
  readonly consumer: string;
  /** Durable name of the message. */
  readonly name: string;
  readonly messageId: string;
  readonly key: string;
  readonly attempt: number;
  readonly correlationId?: string;
  readonly traceId?: string;
  /** Of the rejection or the error. */
  readonly code?: string;
  readonly error?: unknown;
}

/** Where lines about messages go. Calls return at once and do not throw. */
export interface MessageLog {
  debug(message: string, fields: MessageLogFields): void;
  warn(message: string, fields: MessageLogFields): void;
  error(message: string, fields: MessageLogFields): void;
}
