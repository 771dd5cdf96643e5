import { STATUS_CODES } from 'node:http';
import { type Problem, PROBLEM_CONTENT_TYPE, problemBody } from './problem.js';

/** A whole answer as text, for connections that have no request, or none that can be read. It is the last on its connection. */
export function wireProblem(problem: Problem, correlationId?: string): string {
  const body = problemBody(problem, correlationId);
  const lines = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? 'Error'}`,
    `Content-Type: ${PROBLEM_CONTENT_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  const { headers = [] } = problem;
  for (let at = 0; at < headers.length; at += 2) lines.push(`${headers[at]}: ${headers[at + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
