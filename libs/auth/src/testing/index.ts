export { accessClaims, serviceClaims, type TestTokenOptions } from './test-claims.js';
export { TestIssuer, type TestIssuerOptions } from './test-issuer.js';
export { TestKey, type TestAlgorithm, type TestKeyOptions } from './test-key.js';
