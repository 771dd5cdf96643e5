import { AuthGuard } from '@nestjs/passport';
import { Controller, Get, Req, UseGuards, Module } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import passport from 'passport';
import { StaticKeys } from '../keys/static-keys.js';
import { accessClaims } from '../testing/test-claims.js';
import { TestKey } from '../testing/test-key.js';
import { AuthModule } from './auth.module.js';
import { MinosJwtStrategy } from './minos-jwt.strategy.js';

const key = new TestKey();

@Controller()
class WhoController {
  @Get()
  @UseGuards(AuthGuard('minos-jwt'))
  who(@Req() { user }: { readonly user: { readonly subject: string } }): string {
    return user.subject;
  }
}

@Module({
  imports: [
    AuthModule.forRoot({
      service: 'plain',
      guard: false,
      accessTokens: { audience: 'shop' },
      local: { keys: new StaticKeys({ keys: [key.published] }) },
    }),
  ],
  controllers: [WhoController],
})
class PlainModule {}

describe('the strategy behind the guard of @nestjs/passport, in an application without MinosModule', () => {
  let app: INestApplication;
  beforeAll(async () => {
    app = (await Test.createTestingModule({ imports: [PlainModule] }).compile()).createNestApplication({ logger: false });
    // #region passport
    passport.use(app.get(MinosJwtStrategy));
    // #endregion
    await app.listen(0, '127.0.0.1');
  });
  afterAll(async () => {
    passport.unuse('minos-jwt');
    await app.close();
  });

  it.each([
    ['a good token', `Bearer ${key.token({ iss: 'auth', ...accessClaims('shop') })}`, 200],
    ['no token', undefined, 401],
    ['a token of somebody else', `Bearer ${new TestKey().token({ iss: 'auth', ...accessClaims('shop') })}`, 401],
  ])('answers %s', async (_what, authorization, status) => {
    const response = await fetch(await app.getUrl(), { headers: authorization === undefined ? {} : { authorization } });
    expect(response.status).toBe(status);
    if (status === 200) expect(await response.text()).toBe('ann');
  });
});
