import { isMinosError } from '@minos/common';
import { TestDirectory, testPorts } from '../front-door/front-door-kit.js';
import { type GatewayOptions, resolveGatewayOptions } from '../options/gateway-module.options.js';
import { composeParts } from './gateway.providers.js';

const directory = new TestDirectory();
const { verifier, minter } = testPorts(directory);

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    if (isMinosError(error)) return error.code;
    throw error;
  }
  return undefined;
}

const compose = (options: GatewayOptions) => (): unknown => composeParts(resolveGatewayOptions(options));

describe('a gateway', () => {
  const before = process.env['NODE_ENV'];
  afterEach(() => {
    process.env['NODE_ENV'] = before;
  });

  it('does not start without what it needs', () => {
    expect(codeOf(compose({}))).toBe('GATEWAY_DIRECTORY_MISSING');
    expect(codeOf(compose({ directory, ...(verifier && { verifier }) }))).toBe('GATEWAY_MINTER_MISSING');
    expect(codeOf(compose({ directory }))).toBeUndefined();
    process.env['NODE_ENV'] = 'production';
    expect(codeOf(compose({ directory }))).toBe('GATEWAY_AUTHENTICATION_MISSING');
    expect(codeOf(compose({ directory, ...(verifier && { verifier }), ...(minter && { minter }) }))).toBeUndefined();
  });

  it('does not start with a route whose rate limit nobody knows', () => {
    expect(codeOf(compose({ services: { a: ['http://127.0.0.1:1'] }, routes: [{ path: '/a', service: 'a', policy: 'nope' }] }))).toBe(
      'GATEWAY_POLICY_UNKNOWN',
    );
  });

  it('names all faults of its options at once', () => {
    const wrong = {
      ownPaths: ['health/'],
      trustedProxies: ['x/8'],
      services: { a: ['ftp://a'] },
      cors: { origins: ['https://a/b'] },
      balancing: { circuit: { failures: 0 } },
      documents: { mostBytes: 0 },
      rates: { callers: 1 },
      composed: [{ path: '/a', parts: {} }],
      limit: {},
    };
    try {
      resolveGatewayOptions(wrong);
      throw new Error('It took them.');
    } catch (error) {
      expect(isMinosError(error, 'OPTIONS_INVALID')).toBe(true);
      const edge = ['ownPaths', 'trustedProxies', 'services.a', 'cors.origins', 'did you mean "limits"'];
      const inside = ['balancing.circuit.failures', 'documents.mostBytes', 'rates.callers', 'composed[0].parts'];
      for (const place of [...edge, ...inside]) expect((error as Error).message).toContain(place);
    }
  });

  it.each([[['']], [['*']], [['a*b']], [['a**']], [[5]], ['some']])('takes no names of cookies such as %p', (cookies) => {
    expect(() => resolveGatewayOptions({ cookies: cookies as never })).toThrow(/cookies.*with \* at the end/s);
    expect(codeOf(() => resolveGatewayOptions({ cookies: ['a', 'b_*'] }))).toBeUndefined();
  });
});
