// #region options
import { currentContext, option, validateOptions } from '@minos/common';
import type { Clock, Duration } from '@minos/common';

export interface MailerOptions {
  readonly host: string;
  /** @default 587 */
  readonly port?: number;
  /** @default '10s' */
  readonly pause?: Duration;
}

const FIELDS = {
  host: option.string(),
  port: option.integer({ min: 1, max: 65_535 }).default(587),
  pause: option.duration({ min: 1 }).default('10s'),
};

export class Mailer {
  private readonly options;

  constructor(
    options: MailerOptions,
    private readonly clock: Clock,
  ) {
    this.options = validateOptions('Mailer', FIELDS, options);
  }

  async send(attempt: () => Promise<boolean>): Promise<string> {
    while (!(await attempt())) await this.clock.sleep(this.options.pause);
    return `sent for ${currentContext().correlationId ?? 'nobody'} through ${this.options.host}:${this.options.port}`;
  }
}
// #endregion options
