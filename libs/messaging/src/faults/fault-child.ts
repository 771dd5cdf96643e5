import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { AwakeTime, until } from '@minos/common/testing';
import type { Order, ProcessConfig, Pulse } from './fault-config.js';

/** On the built package, also where this file runs from its source. */
const SCRIPT = join(__dirname, '../../dist/faults/fault-process.js');
const WITHIN_MS = 120_000;

/** A process of the system under test, as its parent knows it. A name may live in several processes, one after the other. */
export class FaultChild {
  /** The last it said; nothing before it has begun. */
  pulse: Pulse | undefined;
  heardAt = performance.now();
  private process: ChildProcess;
  private ordered = 0;
  private printed = '';

  constructor(
    public config: ProcessConfig,
    /** Accepted messages of all processes. */
    private readonly accepted: Set<string>,
  ) {
    this.process = this.begin();
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  /** Exit code or signal. */
  get ended(): number | NodeJS.Signals | undefined {
    return this.process.exitCode ?? this.process.signalCode ?? undefined;
  }

  /** Whether it has done something since it began. */
  get hasWorked(): boolean {
    return (this.pulse?.work ?? 0) > 0;
  }

  get inHand(): number {
    return (this.pulse?.consumer?.partitions ?? []).reduce((sum, { inHand }) => sum + inHand, 0);
  }

  async ready(): Promise<void> {
    await until(
      () => {
        if (this.ended !== undefined) throw new Error(`${this.config.name} ended (${this.ended}) before it began:\n${this.printed}`);
        return this.pulse !== undefined;
      },
      `${this.config.name} to begin; it printed:\n${this.printed}`,
      WITHIN_MS,
    );
  }

  order(order: Order): void {
    this.ordered += 1;
    this.process.send(order);
  }

  /** Waits until it has carried out its orders, and everything that it was to send is stored. */
  async idle(): Promise<void> {
    await until(
      () => {
        if (this.ended !== undefined) throw new Error(`${this.config.name} ended (${this.ended}) with orders to carry out.`);
        return this.pulse?.idle === true && this.pulse.obeyed === this.ordered;
      },
      `${this.config.name} to have sent what it was told to`,
      WITHIN_MS,
    );
  }

  /** Sends the signal; waits for the end where it ends the process. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    if (this.ended !== undefined) return;
    const exit = once(this.process, 'exit');
    this.process.kill(signal);
    if (signal === 'SIGSTOP' || signal === 'SIGCONT') return;
    await exit;
  }

  /** Begins anew, perhaps with another configuration. */
  restart(config: ProcessConfig = this.config): void {
    this.config = config;
    this.pulse = undefined;
    this.ordered = 0;
    this.process = this.begin();
  }

  /** SIGTERM. Answers how it ended, and after how many milliseconds in which we did not stand still ourselves. */
  async stop(): Promise<{ readonly code: number | NodeJS.Signals | undefined; readonly afterMs: number }> {
    const time = new AwakeTime();
    await this.kill('SIGTERM');
    time.end();
    return { code: this.ended, afterMs: Math.round(time.now) };
  }

  private begin(): ChildProcess {
    const child = fork('-e', [`require(${JSON.stringify(SCRIPT)}).serve()`], {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, MINOS_FAULT_PROCESS: JSON.stringify(this.config) },
    });
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => this.print(chunk.toString()));
    child.on('message', (pulse: Pulse) => {
      for (const id of pulse.accepted) this.accepted.add(id);
      if (child !== this.process) return;
      this.pulse = pulse;
      this.heardAt = performance.now();
    });
    child.on('error', (error) => this.print(String(error)));
    return child;
  }

  private print(text: string): void {
    this.printed = (this.printed + text).slice(-5_000);
    if (process.env['MINOS_FAULT_OUTPUT']) process.stderr.write(`[${this.config.name}] ${text}`);
  }
}
