/** CloudEvents extension of a request whose sender wants the consistency token of what its handler stores. */
export const TOKEN_WANTED = 'tokenwanted';
