import { resolveGatewayOptions } from '../options/gateway-module.options.js';
import { RunningRequests } from './running-requests.js';

const ANN = 'shop ann';

describe('what runs at one time', () => {
  it('is bounded by address, and a place that is left is free again, once', () => {
    const running = new RunningRequests({ perAddress: 2, perPrincipal: 10 });
    const first = running.enter({ address: '192.0.2.1' });
    expect(running.enter({ address: '192.0.2.1' })).toBeDefined();
    expect(running.enter({ address: '192.0.2.1' })).toBeUndefined();
    expect(running.enter({ address: '192.0.2.2' })).toBeDefined();
    first?.leave();
    first?.leave();
    expect(running.enter({ address: '192.0.2.1' })).toBeDefined();
    expect(running.enter({ address: '192.0.2.1' })).toBeUndefined();
  });

  it('is bounded by principal, whatever the address', () => {
    const running = new RunningRequests({ perAddress: 10, perPrincipal: 2 });
    const places = ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map((address) => running.enter({ address, principal: ANN }));
    expect(places.map((place) => place !== undefined)).toEqual([true, true, false]);
    expect(running.enter({ address: '192.0.2.3', principal: 'shop bob' })).toBeDefined();
    places[0]?.leave();
    expect(running.enter({ address: '192.0.2.3', principal: ANN })).toBeDefined();
  });

  it('takes no place where it is refused', () => {
    const running = new RunningRequests({ perAddress: 1, perPrincipal: 1 });
    running.enter({ address: '192.0.2.1', principal: ANN });
    expect(running.enter({ address: '192.0.2.2', principal: ANN })).toBeUndefined();
    expect(running.enter({ address: '192.0.2.1', principal: 'shop bob' })).toBeUndefined();
    expect(running.enter({ address: '192.0.2.2', principal: 'shop bob' })).toBeDefined();
  });

  it('counts IPv6 addresses of one network together', () => {
    const running = new RunningRequests({ perAddress: 1, perPrincipal: 1 });
    expect(running.enter({ address: '2001:db8::1' })).toBeDefined();
    expect(running.enter({ address: '2001:db8::2' })).toBeUndefined();
  });
});

it('the limits are options, and wrong ones are named', () => {
  expect(resolveGatewayOptions({ limits: { requestsPerAddress: 7 } }).limits).toMatchObject({ requestsPerAddress: 7 });
  expect(() => resolveGatewayOptions({ limits: { requestsPerAddress: 0, requestsPerPrincipal: 1.5 } })).toThrow(
    /requestsPerAddress[^]*requestsPerPrincipal/,
  );
});
