import { until } from '@minos/common/testing';
import { connectOnce, type CountingListener, countingListener } from '../../testing/counting-listener.js';
import { AddressPolicy } from '../address/address-policy.js';
import { HttpProber } from './http-prober.js';

const LOOPBACK = ['127.0.0.0/8'];
/** What it asks is in this process as well: where that stands still, both do. */
const OPTIONS = { path: '/health/ready', timeoutMs: 60_000 };

describe('HttpProber', () => {
  let listener: CountingListener;
  beforeEach(async () => {
    listener = await countingListener();
  });
  afterEach(() => listener.close());
  const target = (address = listener.address) => ({ service: 'order', instance: 'order-1', address, published: undefined });
  const prober = (policy = new AddressPolicy(LOOPBACK), options = OPTIONS): HttpProber => new HttpProber(policy, options);

  it('asks the one path, for the one instance', async () => {
    expect(await prober().probe(target())).toEqual({ kind: 'ok', published: listener.address });
    expect(listener.requests).toHaveLength(1);
    expect(listener.requests[0]).toMatchObject({
      path: '/health/ready',
      headers: { 'minos-probe': 'order-1', host: `127.0.0.1:${listener.port}` },
    });
  });

  it('tells what was wrong', async () => {
    listener.answer(503);
    expect(await prober().probe(target())).toEqual({ kind: 'unready', reason: 'answered 503' });
    listener.answer(302, { location: 'http://169.254.169.254/' });
    expect(await prober().probe(target())).toMatchObject({ kind: 'failed' });
    listener.answer('never');
    const hasty = prober(undefined, { ...OPTIONS, timeoutMs: 200 });
    const late = await until(async () => {
      const outcome = await hasty.probe(target());
      return outcome.kind === 'unready' && outcome;
    }, 'a probe that was connected in time');
    expect(late).toEqual({ kind: 'unready', reason: 'did not answer within 200 ms' });
    listener.answer(200, { 'minos-instance': 'order-2' });
    expect(await prober().probe(target())).toEqual({ kind: 'failed', reason: 'another instance answers there' });
    listener.answer(200, { 'minos-instance': 'order-1' });
    expect(await prober().probe(target())).toMatchObject({ kind: 'ok' });
    await listener.close();
    expect(await prober().probe(target())).toEqual({ kind: 'refused', reason: 'ECONNREFUSED' });
  });

  it('makes no connection to an address that is not allowed', async () => {
    const elsewhere = new AddressPolicy(['10.0.0.0/8']);
    expect(await prober(elsewhere).probe(target())).toMatchObject({ kind: 'failed' });
    expect(listener.connections()).toBe(0);
    await connectOnce(listener);
    await until(() => listener.connections() === 1);
  });

  it('connects to what it checked, not to what a name turns into: DNS rebinding', async () => {
    // Allowed when it is registered, the listener when it is probed.
    const answers = [['10.0.0.1'], ['127.0.0.1'], ['127.0.0.1']];
    const asked: string[] = [];
    const policy = new AddressPolicy(['10.0.0.0/8'], async (host) => {
      asked.push(host);
      return answers.shift() ?? [];
    });
    const address = `http://rebound.example:${listener.port}`;
    await policy.check(address);
    expect(await prober(policy).probe(target(address))).toMatchObject({ kind: 'failed' });
    expect(asked).toEqual(['rebound.example', 'rebound.example']);
    expect(listener.connections()).toBe(0);
  });

  it('publishes the address that it reached, in place of a name', async () => {
    const policy = new AddressPolicy(LOOPBACK, async () => ['127.0.0.2', '127.0.0.1']);
    const address = `http://order.example:${listener.port}`;
    const published = `http://127.0.0.1:${listener.port}`;
    expect(await prober(policy).probe({ ...target(address), published })).toEqual({ kind: 'ok', published });
    expect(listener.requests[0]?.headers['host']).toBe(`order.example:${listener.port}`);
  });

  it('says of trouble of its own that it could not ask', async () => {
    const policy = new AddressPolicy(LOOPBACK, () => Promise.reject(Object.assign(new Error('try again'), { code: 'EAI_AGAIN' })));
    expect(await prober(policy).probe(target('http://order.example:80'))).toEqual({ kind: 'impossible', reason: 'EAI_AGAIN' });
  });
});
