import { createHash } from 'node:crypto';
import { basicCredential } from './basic-credential.js';
import { ConfiguredServiceCredentials } from './configured-service-credentials.js';
import { requireService } from './require-service.js';

describe('requireService', () => {
  const credentials = new ConfiguredServiceCredentials({ order: createHash('sha256').update('one').digest('hex') });

  it('knows the service by its credential', async () => {
    expect(await requireService(basicCredential({ service: 'order', secret: 'one' }), credentials)).toBe('order');
  });

  it('refuses everything else, and says not what was wrong', async () => {
    for (const header of [
      undefined,
      '',
      'Bearer x',
      basicCredential({ service: 'order', secret: 'two' }),
      basicCredential({ service: 'product', secret: 'one' }),
    ])
      await expect(requireService(header, credentials)).rejects.toMatchObject({ code: 'SERVICE_CREDENTIAL_REFUSED', details: {} });
  });
});
