import type { ProblemStatuses } from '../../http/problem/problem-statuses.js';
import type { OpenApiDocument, OpenApiOperation } from './openapi-document.js';
import { PROBLEM_SCHEMA, problemResponses, problemsOf, withProblems } from './problem-responses.js';
import { ANSWER_HEADERS, HEADER_PARAMETERS, withAnswerHeaders, withHeaderParameters } from './service-headers.js';

/** What the edge of a service does. */
export interface EdgeFacts {
  /** Of error and rejection codes. */
  readonly statuses: ProblemStatuses;
  /** Whether the route at this path answers in a way of its own: health and metrics. */
  readonly isOwn: (path: string) => boolean;
}

const METHODS: ReadonlySet<string> = new Set(['get', 'put', 'post', 'delete', 'patch']);

/**
 * The document of a service's routes with what the HTTP edge does for each of them: problem documents, keys of idempotency, tokens of consistency. Routes with answers
 * of their own in any case stay as they are.
 */
export function withServiceEdge(document: OpenApiDocument, { statuses, isOwn }: EdgeFacts): OpenApiDocument {
  const { components = {} } = document;
  const problems = problemResponses(statuses);
  return {
    ...document,
    paths: mapped(document.paths, (item, path) =>
      isOwn(path)
        ? item
        : mapped(item, (operation, method) =>
            METHODS.has(method) ? complete(method, operation as OpenApiOperation, problems) : operation,
          ),
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

function complete(method: string, operation: OpenApiOperation, shared: ReturnType<typeof problemResponses>): OpenApiOperation {
  const parameters = withHeaderParameters(method, operation);
  const problems = problemsOf(method, { ...operation, parameters });
  const responses = withAnswerHeaders(method, operation.responses ?? {});
  return { ...operation, parameters, responses: withProblems(responses, problems, shared) };
}

function mapped<T, R>(record: Readonly<Record<string, T>>, change: (value: T, name: string) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));
}
