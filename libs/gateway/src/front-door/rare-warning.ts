import type { Clock } from '@minos/common';
import { failureText } from '@minos/common/http';

interface RareWarningPorts {
  readonly clock: Clock;
  readonly warn: (line: string) => void;
}

const EVERY_MS = 60_000;

/** Says that something of the application fails: once a minute at the most, since it may fail with every request. */
export class RareWarning {
  private before = 0;
  private saidAt: number | undefined;

  constructor(
    private readonly ports: RareWarningPorts,
    /** Such as "The function of the option accessLog". */
    private readonly what: string,
  ) {}

  readonly take = (error: unknown): void => {
    const now = this.ports.clock.monotonic();
    if (this.saidAt !== undefined && now - this.saidAt < EVERY_MS) {
      this.before++;
      return;
    }
    const often = this.before === 0 ? '' : `, and failed ${this.before} times since this was said last`;
    this.saidAt = now;
    this.before = 0;
    this.ports.warn(`${this.what} failed${often}: ${failureText(error)}`);
  };
}
