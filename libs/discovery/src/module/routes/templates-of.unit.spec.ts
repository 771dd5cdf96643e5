import { templatesOf } from './templates-of.js';

describe('templatesOf', () => {
  it.each([
    ['/', ['/']],
    ['orders', ['/orders']],
    ['/orders/', ['/orders']],
    ['/orders/:id', ['/orders/{id}']],
    ['/orders/:id/events', ['/orders/{id}/events']],
    ['/files/*path', ['/files/{path...}']],
    ['/files/*', ['/files/{rest...}']],
    ['/files{/*path}', ['/files/{path...}', '/files']],
    ['/users{/:id}', ['/users/{id}', '/users']],
    ['/a{/b{/:c}}', ['/a/b/{c}', '/a/b', '/a']],
    ['/users/:id?', ['/users/{id}', '/users']],
    ['/flights/:from-:to', ['/flights/{from_to}']],
    ['/files/:name.json', ['/files/{name}']],
    ['/a/*rest/b', []],
    ['/odd/:id(\\d+)', ['/odd/{id}']],
  ])('%s', (path, templates) => {
    expect(templatesOf(path)).toEqual(templates);
  });
});
