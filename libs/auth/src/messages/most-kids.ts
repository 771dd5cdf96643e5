/** Ids of one request for keys of messages: who asks sends no more, and the auth service takes no more. */
export const MOST_KIDS = 1_000;
