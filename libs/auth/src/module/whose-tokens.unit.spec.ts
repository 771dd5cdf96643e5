import { MinosModule } from '@minos/nest';
import { createTestingApp } from '@minos/nest/testing';
import type { Type } from '@nestjs/common';
import { TestIssuer } from '../testing/test-issuer.js';
import type { AuthModuleOptions } from './auth-module.options.js';
import { bearer, ordersModule, SECRET } from './orders-service-kit.js';

const moduleWith = (options: AuthModuleOptions): Type =>
  ordersModule(MinosModule.forRoot({ service: 'order', storage: 'memory' }), options);

describe('a service that takes the tokens of clients', () => {
  it('takes both kinds', async () => {
    const issuer = await TestIssuer.start();
    const app = await createTestingApp(moduleWith({ url: issuer.url, secret: SECRET, accessTokens: { audience: 'shop' } }));
    expect((await app.http.get('/orders/mine', bearer(issuer.accessToken({ subject: 'ann' })))).body).toBe('ann');
    expect((await app.http.get('/orders/mine', bearer(issuer.serviceToken('order', { subject: 'bob' })))).body).toBe('bob');
    await app.close();
    await issuer.stop();
  });
});

describe('without an auth service', () => {
  it('everybody is the principal dev, with every role', async () => {
    const app = await createTestingApp(moduleWith({}));
    expect((await app.http.get('/orders/mine')).body).toBe('dev');
    expect((await app.http.post('/orders/refunds', {})).status).toBe(201);
    expect((await app.http.get('/health/ready')).body).toMatchObject({ details: { auth: { status: 'up', authentication: 'off' } } });
    await app.close();
  });

  it('nobody is anybody where that principal is turned off', async () => {
    const app = await createTestingApp(moduleWith({}), { http: { devPrincipal: false } });
    expect((await app.http.get('/orders/mine')).status).toBe(401);
    expect((await app.http.get('/orders/opening-hours')).status).toBe(200);
    await app.close();
  });
});
