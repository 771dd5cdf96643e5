// Jest has each suite compile every module that it loads. A script that was compiled can run in any number of contexts, so a worker keeps those of
// all modules but specs, which come only once.
const vm = require('node:vm');

/** @type {Map<string, { head: string, source: string, script: vm.Script }>} */
const scripts = new Map();

/** Replaces `vm.compileFunction` for whoever gives a context, as Jest does. `import()` in what is not transformed is refused, as it is without this. */
function compileOnce() {
  const { compileFunction } = vm;
  vm.compileFunction = (source, parameters, options) => {
    const { filename, parsingContext } = options;
    if (parsingContext === undefined || filename.endsWith('.spec.ts')) return compileFunction(source, parameters, options);
    const head = `(function (${parameters.join(', ')}) {`;
    let known = scripts.get(filename);
    if (known?.source !== source || known.head !== head) {
      known = { head, source, script: new vm.Script(`${head}${source}\n})`, { filename, columnOffset: -head.length }) };
      scripts.set(filename, known);
    }
    return known.script.runInContext(parsingContext);
  };
}

module.exports = { compileOnce };
