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
  private standing = 'Ready';

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
    const starting = new Set<string>();
    const answer = await this.check([...this.startIndicators(), ...this.indicatorsOf('readiness', starting)]);
    this.report(answer, starting);
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

  /** Puts the names of those that are down because they have only begun into `starting`. */
  private indicatorsOf(kind: HealthProbeKind, starting?: Set<string>): HealthIndicatorFunction[] {
    return this.probes.filter((probe) => probe.kind === kind).map((probe) => () => this.ask(probe, starting));
  }

  private async ask(probe: AskedProbe, starting?: Set<string>): Promise<ReturnType<ReturnType<HealthIndicatorService['check']>['up']>> {
    const { status, details = {}, starting: isStarting = false } = await probe.ask();
    if (status === 'down' && isStarting) starting?.add(probe.name);
    const session = this.indicators.check(probe.name);
    return (status === 'up' ? session.up(details) : session.down(details)) as ReturnType<typeof session.up>;
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
  private report({ healthy, body }: HealthAnswer, starting: ReadonlySet<string>): void {
    const red = healthy ? [] : Object.keys(body.error ?? {});
    const worrying = red.filter((name) => !starting.has(name));
    const standing = red.length === 0 ? 'Ready' : worrying.length === 0 ? 'Not ready yet' : `Not ready: ${worrying.join(', ')}`;
    if (standing === this.standing) return;
    this.standing = standing;
    if (worrying.length > 0) this.logger.warn(`${standing} (${JSON.stringify(body.error)})`);
    else this.logger.log(red.length === 0 ? standing : `${standing}: ${red.join(', ')}`);
  }
}
