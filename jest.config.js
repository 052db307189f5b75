/** Tests are TypeScript in ES modules; swc strips the types, nothing is bundled. */
// Caches are compared with their store whenever a server ends: a difference ends the test.
process.env['KUBE_WATCHCACHE_CONSISTENCY_CHECKER'] = 'true';

export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' } }] },
  testMatch: ['<rootDir>/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  testTimeout: 30_000,
  maxWorkers: 2,
  reporters: ['default', '<rootDir>/hack/closing-line.js'],
};
