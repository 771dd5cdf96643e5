import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { SWAGGER_UI_POLICY, swaggerUiAsset, swaggerUiPage } from './swagger-ui.js';

const folder = (): string => dirname(require.resolve('swagger-ui-dist/package.json'));
const page = swaggerUiPage({ title: '</title><script>alert(1)</script>', document: '../openapi.json?a="b"', assets: '../assets/' });

describe('the page of Swagger UI', () => {
  it('takes what it is given for text', () => {
    expect(page).toContain('<title>&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;</title>');
    expect(page).toContain('data-document="../openapi.json?a=&quot;b&quot;"');
  });

  it('needs nothing that its policy does not let in, and has each file that it names', async () => {
    expect(page).not.toMatch(/<script>|https?:|\son\w+=/);
    expect(SWAGGER_UI_POLICY).toMatch(/default-src 'none'.*script-src 'self';/);
    const names = [...page.matchAll(/(?:src|href)="\.\.\/assets\/([^"]+)"/g)].map(([, name = '']) => name);
    expect(names).toEqual(['swagger-ui.css', 'swagger-ui-bundle.js', 'openapi-page.js']);
    for (const name of names) {
      const asset = swaggerUiAsset(name, folder);
      expect(asset?.type).toMatch(name.endsWith('.css') ? /^text\/css/ : /^text\/javascript/);
      expect((await text(asset?.open() ?? Readable.from([]))).length).toBeGreaterThan(100);
    }
  });

  it('has no other file, and says where Swagger UI is missing', () => {
    for (const name of ['package.json', '../package.json', '', 'swagger-ui.css/..']) expect(swaggerUiAsset(name, folder)).toBeUndefined();
    const missing = (): string => {
      throw new Error('install it');
    };
    expect(() => swaggerUiAsset('swagger-ui.css', missing)?.open()).toThrow('install it');
  });
});
