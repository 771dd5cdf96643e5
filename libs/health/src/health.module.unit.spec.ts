import { HealthProbe, type HealthProbeResult, type MetricSample, MetricSource } from '@minos/common';
import { until } from '@minos/common/testing';
import { type INestApplication, Injectable, Logger, type LoggerService, Module, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { withHeldPauses } from '../../../tools/testing/hold-pauses.js';
import { HealthModule } from './health.module.js';
import { HealthService } from './health.service.js';
import { Metrics } from './metrics/metrics.js';

let answer: () => Promise<HealthProbeResult> | HealthProbeResult = () => ({ status: 'up', details: { lag: 3 } });

// #region probe
@HealthProbe('consumer')
@Injectable()
class ConsumerProbe implements HealthProbe {
  check(): Promise<HealthProbeResult> | HealthProbeResult {
    return answer();
  }
}
// #endregion

// #region metrics
@MetricSource()
@Injectable()
class QueueSeries implements MetricSource {
  readonly definitions = [{ name: 'shop_queue_length', help: 'Orders that wait', kind: 'gauge', labels: ['shop'] }] as const;

  read(): readonly MetricSample[] {
    return [{ labels: { shop: 'berlin' }, value: 7 }];
  }
}
// #endregion

@HealthProbe('heart', { kind: 'liveness' })
@Injectable()
class HeartProbe implements HealthProbe {
  check(): HealthProbeResult {
    return { status: 'up' };
  }
}

const SILENT: LoggerService = { log: () => undefined, warn: () => undefined, error: () => undefined };

interface Detail {
  readonly status: string;
  readonly message?: string;
  readonly answeredSecondsAgo?: number;
}

interface Answer {
  readonly status: number;
  readonly body: { status: string; error: Record<string, unknown>; details: Record<string, Detail> };
}

async function start(module: ReturnType<typeof HealthModule.forRoot>): Promise<INestApplication> {
  @Module({ imports: [module], providers: [ConsumerProbe, HeartProbe, QueueSeries, { provide: 'alias', useExisting: QueueSeries }] })
  class App {}
  const compiled = await Test.createTestingModule({ imports: [App as Type] })
    .setLogger(SILENT)
    .compile();
  const app = compiled.createNestApplication({ logger: false });
  await app.listen(0, '127.0.0.1');
  return app;
}

async function get(app: INestApplication, path: string): Promise<Answer> {
  const response = await fetch(`${await app.getUrl()}${path}`);
  const text = await response.text();
  return { status: response.status, body: (text.startsWith('{') ? JSON.parse(text) : { status: text }) as Answer['body'] };
}

describe('HealthModule', () => {
  let app: INestApplication;

  beforeAll(async () => {
    app = await start(HealthModule.forRoot({ probeTimeout: 50, probePatience: 0 }));
  });
  afterAll(() => app.close());
  afterEach(() => (answer = () => ({ status: 'up', details: { lag: 3 } })));

  it('finds the probes of every library, by kind', async () => {
    expect(Object.keys((await get(app, '/health/ready')).body.details).sort()).toEqual(['application', 'consumer']);
    expect(Object.keys((await get(app, '/health/live')).body.details)).toEqual(['heart']);
    expect(await get(app, '/health/startup')).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  it('finds the figures of every library', async () => {
    const { body } = await get(app, '/metrics');
    expect(body.status).toContain('# TYPE shop_queue_length gauge\nshop_queue_length{shop="berlin"} 7\n');
  });

  it('answers in the form of Terminus, with the facts of the probe', async () => {
    expect(await get(app, '/health/ready')).toEqual({
      status: 200,
      body: {
        status: 'ok',
        info: { application: { status: 'up' }, consumer: { status: 'up', lag: 3 } },
        error: {},
        details: { application: { status: 'up' }, consumer: { status: 'up', lag: 3 } },
      },
    });
  });

  it.each<[string, typeof answer, string | undefined]>([
    ['is down', () => ({ status: 'down', details: { message: 'stuck' } }), 'stuck'],
    ['throws', () => Promise.reject(new RangeError('host 10.0.0.1 refused user postgres')), 'RangeError'],
    ['does not answer', () => new Promise(() => undefined), 'no answer within 50 ms'],
  ])('is not ready, and still alive, while a probe %s', async (_what, given, message) => {
    answer = given;
    const { status, body } = await get(app, '/health/ready');
    expect(status).toBe(503);
    expect(body.details['consumer']).toEqual({ status: 'down', message });
    expect((await get(app, '/health/live')).status).toBe(200);
  });

  it('is ready for a while where a probe that was up answers late, and not where one was down or never was asked before', async () => {
    const busy = await start(HealthModule.forRoot({ probeTimeout: 20, probePatience: 60_000 }));
    const late = (): Promise<HealthProbeResult> => new Promise(() => undefined);
    const begun = performance.now();
    await get(busy, '/health/ready');
    answer = late;
    const { status, body } = await get(busy, '/health/ready');
    const answeredSecondsAgo = expect.any(Number) as number;
    expect([status, body.details['consumer']]).toEqual([200, { status: 'up', lag: 3, answeredSecondsAgo }]);
    expect(body.details['consumer']?.answeredSecondsAgo).toBeLessThanOrEqual(Math.round((performance.now() - begun) / 1_000));
    await busy.close();
    answer = () => ({ status: 'up' });
    const hasty = await start(HealthModule.forRoot({ probeTimeout: 20, probePatience: 500 }));
    await get(hasty, '/health/ready');
    answer = late;
    await until(async () => (await get(hasty, '/health/ready')).status === 503, 'the patience to be over', 5_000);
    await hasty.close();
    const fresh = await start(HealthModule.forRoot({ probeTimeout: 20, probePatience: 60_000 }));
    expect((await get(fresh, '/health/ready')).status).toBe(503);
    await fresh.close();
    answer = () => ({ status: 'down' });
    const sick = await start(HealthModule.forRoot({ probeTimeout: 20, probePatience: 60_000 }));
    expect((await get(sick, '/health/ready')).status).toBe(503);
    answer = late;
    expect((await get(sick, '/health/ready')).status).toBe(503);
    await sick.close();
  });

  it('warns once of what is down, and not of what has only begun', async () => {
    await get(app, '/health/ready');
    const said: string[] = [];
    for (const level of ['log', 'warn'] as const)
      jest.spyOn(Logger.prototype, level).mockImplementation((...[line]: readonly unknown[]) => void said.push(`${level} ${String(line)}`));
    answer = () => ({ status: 'down', details: { lag: 3 }, starting: true });
    expect((await get(app, '/health/ready')).body.error).toEqual({ consumer: { status: 'down', lag: 3 } });
    answer = () => ({ status: 'down', details: { lag: 4 } });
    for (let time = 0; time < 2; time += 1) await get(app, '/health/ready');
    answer = () => ({ status: 'up' });
    await get(app, '/health/ready');
    jest.restoreAllMocks();
    expect(said).toEqual(['log Not ready yet: consumer', 'warn Not ready: consumer ({"consumer":{"lag":4,"status":"down"}})', 'log Ready']);
  });

  it('asks a probe one thing at a time', async () => {
    let asked = 0;
    let end = (): void => undefined;
    answer = () => {
      asked += 1;
      return new Promise((resolve) => (end = () => resolve({ status: 'up' })));
    };
    const answers = [get(app, '/health/ready'), get(app, '/health/ready')];
    await until(() => asked > 0, 'the probe to be asked', 5_000);
    await Promise.all(answers);
    expect(asked).toBe(1);
    end();
  });

  it('turns red before it stops, and answers meanwhile', () =>
    withHeldPauses(12_345, async (delay) => {
      const leaving = await start(HealthModule.forRoot({ shutdownDelay: 12_345 }));
      const closing = leaving.close();
      await until(() => delay.held === 1, 'the delay to begin');
      const ready = await get(leaving, '/health/ready');
      expect(ready).toMatchObject({ status: 503, body: { details: { application: { message: 'shutting down' } } } });
      expect((await get(leaving, '/health/live')).status).toBe(200);
      delay.letGo();
      await closing;
    }));

  it('keeps the metrics of two applications apart, under any path', async () => {
    const other = await start(HealthModule.forRoot({ path: 'up', metricsPath: 'figures' }));
    app.get(Metrics).gauge('answer', 'The answer', () => 42);
    other.get(Metrics).gauge('answer', 'Another answer', () => 7);
    app.get(Metrics).gauge('broken', 'Cannot be read', () => Promise.reject(new Error('no')));
    expect((await get(app, '/metrics')).body.status).toMatch(/^answer 42$/m);
    expect((await get(other, '/figures')).body.status).toMatch(/^answer 7$/m);
    expect((await get(other, '/up/ready')).status).toBe(200);
    await other.close();
  });

  it('brings no routes where it is told not to', async () => {
    const bare = await start(HealthModule.forRoot({ controllers: false }));
    expect((await get(bare, '/health/live')).status).toBe(404);
    expect((await bare.get(HealthService).live()).healthy).toBe(true);
    await bare.close();
  });

  it('refuses options that do not exist, and durations that are none, all at once', async () => {
    const wrong = { probeTimeout: 'soon', shutdownDelays: 1 } as never;
    await expect(start(HealthModule.forRoot(wrong))).rejects.toMatchObject({
      code: 'OPTIONS_INVALID',
      faults: [{ path: 'probeTimeout' }, { path: 'shutdownDelays' }],
    });
  });
});
