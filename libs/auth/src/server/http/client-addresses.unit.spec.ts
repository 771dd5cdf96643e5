import { Logger } from '@nestjs/common';
import type { AuthServer } from '../auth-server.js';
import { ClientAddresses } from './client-addresses.js';
import type { AnyRequest } from './http-parts.js';

const GATEWAY = 'a.good.token';

/** As far as addresses need the server. */
const addressesIn = (production: boolean): ClientAddresses =>
  new ClientAddresses({
    tokens: { isMinted: async (token: string) => token === GATEWAY },
    options: { production },
  } as unknown as AuthServer);

const request = (headers: Record<string, string>, more: Partial<AnyRequest> = {}): AnyRequest => ({
  ip: '10.0.0.5',
  socket: { remoteAddress: '10.0.0.5' },
  headers,
  ...more,
});
const through = (said: string): AnyRequest => request({ 'x-forwarded-for': said, authorization: `Bearer ${GATEWAY}` });

describe('the address of a client', () => {
  let warned: jest.SpyInstance;
  beforeEach(() => (warned = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined)));
  afterEach(() => warned.mockRestore());

  it.each([
    ['198.51.100.7', '198.51.100.7'],
    ['198.51.100.7, 10.0.0.9', '198.51.100.7'],
    ['2001:db8::1', '2001:db8::1'],
    ['nobody', '10.0.0.5'],
    ['', '10.0.0.5'],
  ])('is what the gateway says: %j', async (said, address) => {
    expect(await addressesIn(true).of(through(said))).toBe(address);
    expect(warned).not.toHaveBeenCalled();
  });

  it.each([undefined, 'Bearer another.token', `Basic ${GATEWAY}`, `Bearer ${GATEWAY}.x`])(
    'is that of the connection where nobody vouches for another: %j',
    async (authorization) => {
      const headers = { 'x-forwarded-for': '198.51.100.7', ...(authorization === undefined ? {} : { authorization }) };
      expect(await addressesIn(true).of(request(headers))).toBe('10.0.0.5');
    },
  );

  it('is what the adapter makes of proxies that it was told of', async () => {
    const proxied = request({ 'x-forwarded-for': '198.51.100.7' }, { ip: '198.51.100.7' });
    expect(await addressesIn(true).of(proxied)).toBe('198.51.100.7');
    expect(warned).not.toHaveBeenCalled();
  });

  it('that is not believed is told once, with what to do, and only in production', async () => {
    const unproven = request({ 'x-forwarded-for': '198.51.100.7' });
    await addressesIn(false).of(unproven);
    expect(warned).not.toHaveBeenCalled();
    const addresses = addressesIn(true);
    await addresses.of(request({}));
    for (let at = 0; at < 3; at++) await addresses.of(unproven);
    expect(warned.mock.calls).toEqual([[expect.stringMatching(/10\.0\.0\.5.*MINOS_SERVICE_SECRET.*AUTH_TRUSTED_PROXIES/) as string]]);
  });
});
