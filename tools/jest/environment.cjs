// Node's environment, for workers that run hundreds of suites one after the other.
// Below Node 24 every promise of a process costs time and memory for each AsyncLocalStorage that was ever entered in it: those of a suite
// end with the suite.
const { AsyncLocalStorage } = require('node:async_hooks');
const { TestEnvironment } = require('jest-environment-node');
const { compileOnce } = require('./compile-once.cjs');

compileOnce();

/** @type {Set<AsyncLocalStorage<unknown>>} */
const entered = new Set();

for (const method of ['run', 'enterWith']) {
  const original = AsyncLocalStorage.prototype[method];
  AsyncLocalStorage.prototype[method] = function (...args) {
    entered.add(this);
    return Reflect.apply(original, this, args);
  };
}

module.exports = class Environment extends TestEnvironment {
  async teardown() {
    await super.teardown();
    for (const storage of entered) storage.disable();
    entered.clear();
  }
};
