export const HTML = 'text/html; charset=utf-8';
export const CONTENT_POLICY = 'Content-Security-Policy';
/** Lets nothing in that a page does not say. */
export const CLOSED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** No script at all. */
export const READ_ONLY = `${CLOSED}; style-src 'self'`;

/** What `@ApiExcludeController()` writes, which is not loaded for it: the pages are no part of the document. */
export const EXCLUDED = 'swagger/apiExcludeController';

/** What is used of a request of either adapter. */
export interface Addressed {
  readonly url: string;
}

export const endsInSlash = ({ url }: Addressed): boolean => /^[^?]*\/(\?|$)/.test(url);

/** What stands before relative links of a page that has no folder of its own. */
export const upFrom = (request: Addressed): string => (endsInSlash(request) ? '../' : '');
