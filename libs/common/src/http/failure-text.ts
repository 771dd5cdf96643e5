interface Described {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly cause?: unknown;
}

/** What can be said of a failure in a log: its message, its code, and its name where that says more than `Error`; no stack and no body. */
export function failureText(error: unknown): string {
  const { name = 'Error', message = '', code, cause } = described(error);
  const why = code ?? described(cause).code;
  const said = message === '' ? (why ?? 'unknown') : message;
  return `${name === 'Error' ? '' : `${name}: `}${said}${why === undefined || said.includes(why) ? '' : ` (${why})`}`;
}

/** By its form: errors of the platform may be of another realm, and anything can be thrown. */
function described(error: unknown): Described {
  if (typeof error !== 'object' || error === null) return {};
  const texts = (['name', 'message', 'code'] as const).map((key) => [key, (error as Record<string, unknown>)[key]] as const);
  const { cause } = error as { readonly cause?: unknown };
  return { ...Object.fromEntries(texts.filter(([, value]) => typeof value === 'string')), cause };
}
