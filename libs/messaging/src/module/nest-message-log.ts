import { Logger } from '@nestjs/common';
import type { MessageLog, MessageLogFields } from '../contracts/message-log.js';

/** Lines about messages through Nest's logger: the text, the fields as JSON, and of an error its stack. */
export class NestMessageLog implements MessageLog {
  private readonly logger = new Logger('Messages');

  debug(message: string, fields: MessageLogFields): void {
    this.logger.debug(lineOf(message, fields));
  }

  warn(message: string, fields: MessageLogFields): void {
    this.logger.warn(lineOf(message, fields));
  }

  error(message: string, fields: MessageLogFields): void {
    this.logger.error(lineOf(message, fields), fields.error instanceof Error ? fields.error.stack : undefined);
  }
}

function lineOf(message: string, { error, ...fields }: MessageLogFields): string {
  const said = error instanceof Error ? { ...fields, error: error.message } : fields;
  return `${message} ${JSON.stringify(said)}`;
}
