// Jest 30 cannot require() an ES module below Node 24.9, and Nest 12 ships nothing else: the ESM files of node_modules become
// CommonJS here, everything else passes through untouched.
const { createHash } = require('node:crypto');
const { existsSync, readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const swc = require('@swc/core');

const moduleDirs = new Map();

function isModuleDir(dir) {
  const known = moduleDirs.get(dir);
  if (known !== undefined) return known;
  const manifest = join(dir, 'package.json');
  const parent = dirname(dir);
  let answer = false;
  if (existsSync(manifest)) answer = JSON.parse(readFileSync(manifest, 'utf8')).type === 'module';
  else if (parent !== dir) answer = isModuleDir(parent);
  moduleDirs.set(dir, answer);
  return answer;
}

const isEsm = (file) => file.endsWith('.mjs') || (!file.endsWith('.cjs') && isModuleDir(dirname(file)));

const options = (filename) => ({
  filename,
  configFile: false,
  swcrc: false,
  isModule: true,
  jsc: { target: 'es2022', parser: { syntax: 'ecmascript' } },
  module: { type: 'commonjs', ignoreDynamic: false },
});

module.exports = {
  getCacheKey: (source, file) =>
    createHash('sha1')
      .update(swc.version)
      .update(String(isEsm(file)))
      .update(source)
      .digest('hex'),
  process: (source, file) => ({ code: isEsm(file) ? swc.transformSync(source, options(file)).code : source }),
};
