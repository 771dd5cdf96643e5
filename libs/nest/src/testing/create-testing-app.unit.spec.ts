import { Controller, Module, Post } from '@nestjs/common';
import { MinosModule } from '../minos.module.js';
import { createTestingApp } from './create-testing-app.js';

@Controller()
class Calls {
  @Post('calls')
  call(): void {
    // The answer is all that matters.
  }
}

@Module({ imports: [MinosModule.forRoot({ service: 'calls' })], controllers: [Calls] })
class CallsModule {}

const AT_ONCE = 100;
/** For longer than a server of Node keeps an idle connection. */
const STALL_MS = 6_500;

it('an application under test answers on connections that were idle while the process had no time', async () => {
  const service = await createTestingApp(CallsModule);
  const call = async (): Promise<number> => (await service.http.post('/calls')).status;
  const calls = async (): Promise<readonly number[]> => [...new Set(await Promise.all(Array.from({ length: AT_ONCE }, call)))];
  try {
    expect(await calls()).toEqual([201]);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STALL_MS);
    expect(await calls()).toEqual([201]);
  } finally {
    await service.close();
  }
});
