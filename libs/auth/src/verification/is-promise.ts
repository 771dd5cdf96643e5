/** Ports answer at once or later; a caller that needs not wait should not. */
export function isPromise<T extends object | undefined>(answer: T | Promise<T>): answer is Promise<T> {
  return answer !== undefined && 'then' in answer;
}
