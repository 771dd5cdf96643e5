import { execFileSync } from 'node:child_process';

/** In a process of its own: what is under test changes Node's own modules, and those of this suite are those of its worker. */
function run(script: string): unknown {
  const whole = `(async () => { ${script} })().then((found) => process.stdout.write(JSON.stringify(found)));`;
  return JSON.parse(execFileSync(process.execPath, ['-e', whole], { cwd: __dirname, encoding: 'utf8' }));
}

describe('the environment of suites', () => {
  it('ends what follows asynchronous work with the suite', () => {
    const found = run(`
      const { AsyncLocalStorage } = require('node:async_hooks');
      const Environment = require('./environment.cjs');
      const environment = new Environment({ projectConfig: { testEnvironmentOptions: {}, globals: {}, fakeTimers: {} } }, {});
      const [ran, entered] = [new AsyncLocalStorage(), new AsyncLocalStorage()];
      return ran.run('ran', async () => {
        entered.enterWith('entered');
        const before = [ran.getStore(), entered.getStore()];
        await environment.teardown();
        return { before, after: [ran.getStore() ?? 'none', entered.getStore() ?? 'none'], again: ran.run('again', () => ran.getStore()) };
      });`);
    expect(found).toEqual({ before: ['ran', 'entered'], after: ['none', 'none'], again: 'again' });
  });

  it('compiles a module once, which runs in each context and says where it fails as it does without', () => {
    const found = run(`
      const vm = require('node:vm');
      const source = '"use strict"; module.exports = () => { nothing(); }; module.own = [] instanceof Array;';
      const load = () => {
        const module = {};
        const options = { filename: '/some/module.js', parsingContext: vm.createContext({}) };
        vm.compileFunction(source, ['module', 'exports'], options).call({}, module, {});
        try { module.exports(); } catch (error) { return { ...module, at: error.stack.split('\\n')[1].trim() }; }
      };
      const without = load();
      require('./compile-once.cjs').compileOnce();
      const compiled = [];
      vm.Script = class extends vm.Script { constructor(...args) { super(...args); compiled.push(1); } };
      return { without, once: load(), again: load(), compiled: compiled.length };`);
    const place = { own: true, at: expect.stringContaining('/some/module.js:1:') as unknown };
    expect(found).toMatchObject({ without: place, compiled: 1 });
    const { without, once, again } = found as Record<'without' | 'once' | 'again', { at: string }>;
    expect([once, again]).toEqual([without, without]);
  });
});
