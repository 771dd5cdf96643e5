import { resolveRepositoryOptions } from './aggregate-repository-options.js';

it('refuses wrong and unknown options of a repository, all at once', () => {
  const wrong = { store: {}, unitOfWork: {}, cacheSize: -1, report: 'loudly', snapshot: {} };
  expect(() => resolveRepositoryOptions(wrong as never)).toThrow(
    /serializer: is missing[\s\S]*cacheSize: found -1[\s\S]*report: found "loudly"[\s\S]*snapshot: there is no such option; did you mean "snapshots"/,
  );
});
