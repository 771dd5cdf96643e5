import type { HealthProbeKind } from '@minos/common';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy, ServiceUnavailableException } from '@nestjs/common';
import { type HealthCheckResult, HealthCheckService, type HealthIndicatorFunction, HealthIndicatorService } from '@nestjs/terminus';
import { setTimeout } from 'node:timers/promises';
import type { ResolvedHealthOptions } from './health-options.js';
import { AskedProbe } from './probe/asked-probe.js';
import { ProbeExplorer } from './probe/probe.explorer.js';
import { RESOLVED_HEALTH_OPTIONS } from './tokens.js';

/** What a health route answers. */
export interface HealthAnswer {
  readonly healthy: boolean;
  /** The body in the form of Terminus. */
  readonly body: HealthCheckResult;
}

/** The health of one application, from the probes that its libraries and the user marked `@HealthProbe(name)`. */
@Injectable()
export class HealthService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Health');
  private probes: readonly AskedProbe[] = [];
  private started = false;
  private draining = false;
  private red = '';

  constructor(
    private readonly explorer: ProbeExplorer,
    private readonly terminus: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    @Inject(RESOLVED_HEALTH_OPTIONS) private readonly options: ResolvedHealthOptions,
  ) {}

  onApplicationBootstrap(): void {
    const { probeTimeout: timeout, probePatience: patience } = this.options;
    this.probes = this.explorer.explore().map((found) => new AskedProbe(found, { timeout, patience }));
    this.started = true;
  }

  /** Readiness turns red; then the application waits, still serving, before the other parts stop. */
  async onModuleDestroy(): Promise<void> {
    this.draining = true;
    if (this.options.shutdownDelay > 0) await setTimeout(this.options.shutdownDelay);
  }

  /** Whether a restart would help: the process answers, and no probe of the kind `liveness` is down. */
  live(): Promise<HealthAnswer> {
    return this.check(this.indicatorsOf('liveness'));
  }

  /** Whether work should come here: everything it needs is there and moving, and it is not on its way out. */
  async ready(): Promise<HealthAnswer> {
    const answer = await this.check([...this.startIndicators(), ...this.indicatorsOf('readiness')]);
    this.report(answer);
    return answer;
  }

  /** Whether the application finished starting. */
  startup(): Promise<HealthAnswer> {
    return this.check(this.startIndicators());
  }

  /** Names of the probes that were found. */
  probeNames(): readonly string[] {
    return this.probes.map(({ name }) => name);
  }

  private startIndicators(): HealthIndicatorFunction[] {
    const session = this.indicators.check('application');
    if (this.draining) return [() => session.down({ message: 'shutting down' })];
    return [() => (this.started ? session.up() : session.down({ message: 'starting' }))];
  }

  private indicatorsOf(kind: HealthProbeKind): HealthIndicatorFunction[] {
    return this.probes.filter((probe) => probe.kind === kind).map((probe) => () => this.ask(probe));
  }

  private async ask(probe: AskedProbe): Promise<ReturnType<ReturnType<HealthIndicatorService['check']>['up']>> {
    const { status, details = {}, starting = false } = await probe.ask();
    const session = this.indicators.check(probe.name);
    const down = starting ? { ...details, starting } : details;
    return (status === 'up' ? session.up(details) : session.down(down)) as ReturnType<typeof session.up>;
  }

  private async check(indicators: HealthIndicatorFunction[]): Promise<HealthAnswer> {
    try {
      return { healthy: true, body: await this.terminus.check(indicators) };
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      return { healthy: false, body: error.getResponse() as HealthCheckResult };
    }
  }

  /** One line per change, not one per request. */
  private report({ healthy, body }: HealthAnswer): void {
    const { error = {} } = body;
    const red = healthy ? '' : Object.keys(error).join(', ');
    if (red === this.red) return;
    this.red = red;
    if (red === '') this.logger.log('Ready');
    else if (Object.values(error).every((one) => one?.['starting'] === true)) this.logger.log(`Not ready yet: ${red}`);
    else this.logger.warn(`Not ready: ${red} (${JSON.stringify(error)})`);
  }
}
