import { resolveKubernetesOptions } from './kubernetes-directory.options.js';

describe('resolveKubernetesOptions', () => {
  const urlFor = (env: NodeJS.ProcessEnv): string => resolveKubernetesOptions({}, env).url;

  it('finds the API where the cluster tells its pods, over IPv6 too', () => {
    expect(urlFor({ KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '6443' })).toBe('https://10.96.0.1:6443');
    expect(urlFor({ KUBERNETES_SERVICE_HOST: 'fd00:10:96::1', KUBERNETES_SERVICE_PORT: '443' })).toBe('https://[fd00:10:96::1]:443');
    expect(urlFor({})).toBe('https://kubernetes.default.svc:443');
  });

  it('refuses what is no address of an API, and names it', () => {
    for (const url of ['10.96.0.1:443', 'https://fd00:10:96::1:443', 'https://user@api', 'https://api/prefix'])
      expect(() => resolveKubernetesOptions({ url }, {})).toThrow(/url/);
  });
});
