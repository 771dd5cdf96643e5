import type { ProblemStatuses } from '../../http/problem/problem-statuses.js';
import type { OpenApiDocument, OpenApiOperation } from './openapi-document.js';
import { PROBLEM_SCHEMA, problemResponses, problemsOf, withProblems } from './problem-responses.js';
import { ANSWER_HEADERS, HEADER_PARAMETERS, withAnswerHeaders, withHeaderParameters } from './service-headers.js';

const METHODS: ReadonlySet<string> = new Set(['get', 'put', 'post', 'delete', 'patch']);

/** The document of a service's routes with what the HTTP edge does for each of them: problem documents, keys of idempotency, tokens of consistency. */
export function withServiceEdge(document: OpenApiDocument, statuses: ProblemStatuses): OpenApiDocument {
  const { components = {} } = document;
  const problems = problemResponses(statuses);
  return {
    ...document,
    paths: mapped(document.paths, (item) =>
      mapped(item, (operation, method) => (METHODS.has(method) ? complete(method, operation as OpenApiOperation, problems) : operation)),
    ),
    components: {
      ...components,
      schemas: { ...components.schemas, Problem: PROBLEM_SCHEMA },
      parameters: { ...components.parameters, ...HEADER_PARAMETERS },
      headers: { ...components.headers, ...ANSWER_HEADERS },
      responses: { ...components.responses, ...problems },
    },
  };
}

/** Without the routes below a path: the pages themselves. */
export function withoutRoutes(document: OpenApiDocument, isOwn: (path: string) => boolean): OpenApiDocument {
  return { ...document, paths: Object.fromEntries(Object.entries(document.paths).filter(([path]) => !isOwn(path))) };
}

function complete(method: string, operation: OpenApiOperation, shared: ReturnType<typeof problemResponses>): OpenApiOperation {
  const parameters = withHeaderParameters(method, operation);
  const problems = problemsOf(method, { ...operation, parameters });
  const responses = withAnswerHeaders(method, operation.responses ?? {});
  return { ...operation, parameters, responses: withProblems(responses, problems, shared) };
}

function mapped<T, R>(record: Readonly<Record<string, T>>, change: (value: T, name: string) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));
}
