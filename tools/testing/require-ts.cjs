// Lets a child process of a test run a TypeScript file with decorators: node --require tools/testing/require-ts.cjs file.ts
const { transformFileSync } = require('@swc/core');

const options = {
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
  },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
  swcrc: false,
};

require.extensions['.ts'] = (module, file) => module._compile(transformFileSync(file, options).code, file);

// A neighbour is imported by the name that it has once it is built.
const Module = require('node:module');
const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function (request, parent, ...rest) {
  const isNeighbour = /^\.{1,2}\/.*\.js$/.test(request) && parent?.filename?.endsWith('.ts');
  return resolveFilename.call(this, isNeighbour ? request.replace(/js$/, 'ts') : request, parent, ...rest);
};
